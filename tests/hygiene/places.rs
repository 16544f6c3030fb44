//! Where a viewset may stand: in a function, in a private module, behind `macro_rules!`.

use viewset_actix::prelude::*;

use crate::support::serve;

#[test]
fn a_viewset_in_a_function_body_is_served() {
    struct LocalViewSet;

    #[mixin]
    trait LocalMixin: ViewSet {
        #[action(detail = false)]
        async fn mixed(&self) -> Data<u8> {
            Data(2)
        }
    }

    #[viewset(basename = "local", mixins = [LocalMixin])]
    impl LocalViewSet {
        #[action(detail = false)]
        async fn here(&self) -> Data<u8> {
            Data(1)
        }
    }

    let server = serve(SimpleRouter::new().register("local", LocalViewSet));
    assert_eq!(server.get("/api/local/here/").brief(), (200, "1"));
    assert_eq!(server.get("/api/local/mixed/").brief(), (200, "2"));
}

mod outer {
    mod inner {
        use viewset_actix::prelude::*;

        /// Nobody outside can name it, or what it answers.
        struct HiddenViewSet;

        #[derive(Serialize)]
        struct Hidden {
            here: bool,
        }

        #[viewset(basename = "hidden")]
        impl HiddenViewSet {
            async fn list(&self) -> Data<Hidden> {
                Data(Hidden { here: true })
            }
        }

        pub(in crate::places) fn router() -> SimpleRouter {
            SimpleRouter::new().register("hidden", HiddenViewSet)
        }
    }

    pub(super) use inner::router;
}

#[test]
fn a_viewset_in_a_private_module_is_served() {
    assert_eq!(serve(outer::router()).get("/api/hidden/").brief(), (200, r#"{"here":true}"#));
}

macro_rules! viewset_of {
    ($name:ident, $action:ident, $ty:ty, $path:literal) => {
        struct $name;

        #[viewset(basename = "made")]
        impl $name {
            #[action(detail = true, url_path = $path)]
            async fn $action(&self, pk: $ty, year: Option<$ty>) -> Data<($ty, Option<$ty>)> {
                Data((pk, year))
            }
        }
    };
}

viewset_of!(MadeViewSet, made, i64, "made/{year}");

#[test]
fn a_viewset_made_by_a_declarative_macro_is_served() {
    let server = serve(SimpleRouter::new().register("made", MadeViewSet));
    assert_eq!(server.get("/api/made/3/made/1999/").brief(), (200, "[3,1999]"));
}
