//! A module without a prelude, where every name that generated code might reach for means something
//! else. All macros are named by their paths.

use viewset_actix::prelude::DefaultRouter;

use crate::support::{database, serve};

diesel::table! {
    notes (id) { id -> Integer, text -> Text, author -> Nullable<Text>, done -> Bool, }
}

/// The derives of diesel do not bear the shadows, and are not ours to test.
mod by_hand {
    use diesel::prelude::*;
    use diesel::sql_types::{Bool, Integer, Nullable, Text};
    use diesel::sqlite::Sqlite;

    use super::no_prelude::Note;
    use super::notes;

    impl Selectable<Sqlite> for Note {
        type SelectExpression = (notes::id, notes::text, notes::author, notes::done);

        fn construct_selection() -> Self::SelectExpression {
            notes::all_columns
        }
    }

    impl Queryable<(Integer, Text, Nullable<Text>, Bool), Sqlite> for Note {
        type Row = (i32, String, Option<String>, bool);

        fn build((id, text, author, done): Self::Row) -> diesel::deserialize::Result<Self> {
            Ok(Note { id, text, author, done })
        }
    }
}

#[no_implicit_prelude]
#[allow(dead_code, unused_imports, non_camel_case_types, non_upper_case_globals, unused_macros)]
mod no_prelude {
    // What the prelude and the runtime have, and something else here.
    mod shadows {
        pub(super) struct Action;
        pub(super) struct Box;
        pub(super) struct Default;
        pub(super) struct Err;
        pub(super) struct Error;
        pub(super) struct Field;
        pub(super) struct From;
        pub(super) struct Model;
        pub(super) struct None;
        pub(super) struct Ok;
        pub(super) struct Option;
        pub(super) struct Result;
        pub(super) struct Send;
        pub(super) struct Serializer;
        pub(super) struct Some;
        pub(super) struct String;
        pub(super) struct Value;
        pub(super) struct Vec;
        pub(super) struct ViewSet;
        pub(super) struct CreateModelMixin;
        pub(super) struct ListModelMixin;
    }
    use self::shadows::{
        Action, Box, CreateModelMixin, Default, Err, Error, Field, From, ListModelMixin, Model,
        None, Ok, Option, Result, Send, Serializer, Some, String, Value, Vec, ViewSet,
    };

    mod core {}
    mod std {}
    mod diesel {}
    mod serde {}
    mod viewset_core {}
    mod viewset_actix {}
    mod __v {}
    mod __private {}

    macro_rules! traps {
        ($($name:ident)*) => { $(macro_rules! $name { () => { compile_error!("taken from the user") } })* };
    }
    traps!(assert matches panic vec format write println);

    // Columns are constants of these names.
    use super::notes::{self, author, done, id, text};
    const GET: u8 = 1;
    const DETAIL: u8 = 1;
    const pk: u8 = 1;
    const req: u8 = 1;
    const view: u8 = 1;
    const data: u8 = 1;
    const value: u8 = 1;

    type Text = ::std::string::String;
    type Maybe<T> = ::std::option::Option<T>;
    type Answer<T> = ::viewset_actix::error::Result<::viewset_actix::renderers::Data<T>>;

    #[::core::prelude::v1::derive(::serde::Serialize, ::viewset_actix::ModelViewSet)]
    #[diesel(table_name = notes)]
    pub(super) struct Note {
        pub(super) id: i32,
        #[field(max_length = 10, min_length = 2, label = "Text", help_text = "Short.")]
        pub(super) text: Text,
        #[field(allow_blank)]
        pub(super) author: ::std::option::Option<Text>,
        #[field(default = true)]
        pub(super) done: bool,
    }

    #[::core::prelude::v1::derive(::viewset_actix::Serializer)]
    struct Shout {
        #[field(min_value = 1, max_value = 3)]
        volume: i32,
        #[field(default)]
        echo: bool,
        word: ::std::option::Option<Text>,
    }

    #[::viewset_actix::mixin]
    trait CountMixin: ::viewset_actix::viewsets::ViewSet {
        /// How many there are.
        #[::viewset_actix::action(detail = false)]
        async fn count(&self) -> Answer<u8> {
            ::std::result::Result::Ok(::viewset_actix::renderers::Data(7))
        }
    }

    pub(super) struct NoteViewSet;

    impl ::std::default::Default for NoteViewSet {
        fn default() -> Self {
            NoteViewSet
        }
    }

    /// Notes.
    #[::viewset_actix::viewset(
        model = Note, lookup_field = "id", basename = "note", prefix = "hostile-notes",
        mixins = [
            ::viewset_actix::mixins::CreateModelMixin, ::viewset_actix::mixins::ListModelMixin, CountMixin,
        ],
        permission_classes = [::viewset_actix::permissions::AllowAny],
    )]
    impl NoteViewSet {
        fn get_queryset(
            &self,
            _request: &::viewset_actix::request::Request,
        ) -> ::viewset_actix::error::Result<::viewset_actix::diesel::Query<Note>> {
            ::std::result::Result::Ok(<Note as ::viewset_actix::diesel::Model>::objects())
        }

        /// Shouts.
        #[::viewset_actix::action(
            detail = true, methods = ["post"], url_path = "shout/{times:[0-9]+}", name = "Shout it",
        )]
        async fn shout(
            &self,
            request: &::viewset_actix::request::Request,
            times: u8,
            body: ::viewset_actix::extractors::Validated<Shout>,
        ) -> Answer<(Maybe<&'static str>, u8, i32)> {
            ::std::result::Result::Ok(::viewset_actix::renderers::Data((
                request.action(),
                times,
                body.volume,
            )))
        }

        #[::viewset_actix::mapping(shout.delete)]
        fn hush(times: Maybe<u8>) -> Answer<Maybe<u8>> {
            ::std::result::Result::Ok(::viewset_actix::renderers::Data(times))
        }
    }
}

const NOTES: &str = "CREATE TABLE notes (
    id INTEGER PRIMARY KEY, text TEXT NOT NULL, author TEXT, done BOOLEAN NOT NULL
)";

#[test]
fn a_module_that_shadows_everything_is_served() {
    let router = DefaultRouter::new().register("notes", no_prelude::NoteViewSet);
    let server = serve(router.with(database(NOTES)));
    let created = server.request("POST", "/api/notes/", r#"{"text":"hey"}"#);
    assert_eq!(created.brief(), (201, r#"{"id":1,"text":"hey","author":null,"done":true}"#));
    assert_eq!(
        server.get("/api/notes/").brief(),
        (200, r#"[{"id":1,"text":"hey","author":null,"done":true}]"#)
    );
    assert_eq!(server.get("/api/notes/count/").brief(), (200, "7"));
    let shouted = server.request("POST", "/api/notes/1/shout/3/", r#"{"volume":2}"#);
    assert_eq!(shouted.brief(), (200, r#"["shout",3,2]"#));
    let refused = server.request("POST", "/api/notes/1/shout/3/", r#"{"volume":4}"#);
    let message = r#"{"volume":["Ensure this value is less than or equal to 3."]}"#;
    assert_eq!(refused.brief(), (400, message));
    assert_eq!(server.request("DELETE", "/api/notes/1/shout/3/", "").brief(), (200, "3"));
}

#[test]
fn a_viewset_of_that_module_is_discovered_by_its_prefix() {
    let server = serve(DefaultRouter::discover().with(database(NOTES)));
    assert_eq!(server.get("/api/hostile-notes/").brief(), (200, "[]"));
}
