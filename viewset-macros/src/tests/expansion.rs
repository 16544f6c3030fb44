//! Golden expansions of `#[viewset]`.

use quote::quote;

use super::support::text;
use crate::viewset::expand;

#[test]
fn a_viewset_of_the_guide() {
    let args = quote!(model = User, lookup_field = "id", permission_classes = [IsAuthenticated]);
    let item = quote! {
        /// Users of the shop.
        ///
        ///  All of them.
        #[allow(dead_code)]
        impl UserViewSet {
            /// The rows.
            pub fn get_queryset(&self, req: &Request) -> Query<User> {
                User::objects()
            }
            async fn perform_create(&self, req: &Request, data: Input<User>) -> Result<User> {
                create(req, data)
            }
            /// Set the password.
            #[action(detail = true, methods = ["post"], url_path = "change-password",
                     url_name = "change_password", permission_classes = [IsAdminOrIsSelf])]
            async fn set_password(&self, req: &Request, id: i32, data: Validated<P>) -> Result<Data> {
                set(id, data)
            }
            #[viewset_actix::action(detail = true, methods = [Method::PUT], name = "Change Password")]
            async fn password(&self, id: i32) -> Result<Data> {
                change(id)
            }
            #[v::mapping(password.delete)]
            async fn delete_password(&self, id: i32, format: Option<String>) -> Result<Data> {
                delete(id)
            }
            async fn list(&self, req: &Request) -> Result<Response> {
                ListModelMixin::list(self, req).await
            }
            fn helper(&self) {}
        }
    };
    assert_eq!(text(expand(args, item)), VIEWSET_OF_THE_GUIDE);
}

const VIEWSET_OF_THE_GUIDE: &str = r#"/// Users of the shop.
///
///  All of them.
#[allow(dead_code)]
impl UserViewSet {
    /// Set the password.
    async fn set_password(
        &self,
        req: &Request,
        id: i32,
        data: Validated<P>,
    ) -> Result<Data> {
        set(id, data)
    }
    async fn password(&self, id: i32) -> Result<Data> {
        change(id)
    }
    async fn delete_password(&self, id: i32, format: Option<String>) -> Result<Data> {
        delete(id)
    }
    async fn list(&self, req: &Request) -> Result<Response> {
        ListModelMixin::list(self, req).await
    }
    fn helper(&self) {}
}
#[allow(dead_code)]
const _: () = {
    use ::viewset_actix::__private as __v;
    impl UserViewSet {
        #[doc(hidden)]
        const __ACTIONS: &'static [__v::Action<Self>] = &[
            __v::Action::<Self>::detail("set_password", &[__v::POST])
                .url("change-password", "change_password")
                .description("Set the password.")
                .permissions(&[&__v::Is(IsAdminOrIsSelf)])
                .run(|v_, r_| { __v::call(r_, (v_, r_, "id", ()), Self::set_password) }),
            __v::Action::<Self>::detail("password", &[__v::PUT])
                .mapping(&[(__v::DELETE, "delete_password")])
                .name("Change Password")
                .run(|v_, r_| { __v::call(r_, (v_, "id"), Self::password) }),
            __v::Action::<Self>::mapped("delete_password")
                .run(|v_, r_| {
                    __v::call(r_, (v_, "id", "format"), Self::delete_password)
                }),
            __v::Action::<Self>::standard("list")
                .run(|v_, r_| { __v::call(r_, (v_, r_), Self::list) }),
        ];
    }
    impl __v::ViewSet for UserViewSet {
        const META: __v::ViewSetMeta = __v::ViewSetMeta::new("UserViewSet")
            .description("Users of the shop.\n\n All of them.")
            .lookup_field("id")
            .permissions::<Self, _>(&[&__v::Is(IsAuthenticated)]);
        const ACTIONS: &'static [&'static [__v::Action<Self>]] = &[
            <Self as __v::CreateModelMixin>::ACTIONS,
            <Self as __v::RetrieveModelMixin>::ACTIONS,
            <Self as __v::UpdateModelMixin>::ACTIONS,
            <Self as __v::DestroyModelMixin>::ACTIONS,
            <Self as __v::ListModelMixin>::ACTIONS,
            Self::__ACTIONS,
        ];
        type Object = User;
        const MODEL_OPTIONS: __v::Options = <User as __v::Model>::OPTIONS;
        fn serializer_fields(
            &self,
            r_: &__v::Request,
        ) -> __v::Option<&'static [__v::Field]> {
            __v::serializer_fields(self, r_)
        }
        fn requirements(list_: &mut __v::Requirements) {
            list_.model::<User>();
        }
        fn fits(class_: &dyn __v::SerializerOption) -> bool {
            __v::fits::<User>(class_)
        }
        fn sorts_by_relations(class_: &__v::Options) -> bool {
            __v::sorts_by_relations::<User>(class_)
        }
        async fn find_object(&self, r_: &__v::Request) -> __v::Result<(), __v::Error> {
            __v::find_object(self, r_).await
        }
    }
    impl __v::GenericViewSet for UserViewSet {
        type Model = User;
        const SERVES_ALL: bool = false;
        const DIRECT: __v::Direct = __v::Direct {
            retrieve: false,
            create: false,
            update: false,
            destroy: false,
        };
        /// The rows.
        fn get_queryset(&self, req: &Request) -> Query<User> {
            User::objects()
        }
    }
    impl __v::CreateModelMixin for UserViewSet {
        async fn perform_create(
            &self,
            req: &Request,
            data: Input<User>,
        ) -> Result<User> {
            create(req, data)
        }
    }
    impl __v::RetrieveModelMixin for UserViewSet {}
    impl __v::UpdateModelMixin for UserViewSet {}
    impl __v::DestroyModelMixin for UserViewSet {}
    impl __v::ListModelMixin for UserViewSet {}
    const _: () = {
        let (f_, mut i_) = (<User as __v::Model>::FIELDS, 0);
        while i_ < f_.len() && !::core::matches!(f_[i_].source.as_bytes(), b"id") {
            i_ += 1;
        }
        ::core::option::Option::expect(
            f_.len().checked_sub(i_ + 1),
            "model `User` has no field `id`",
        );
    };
};
"#;

#[test]
fn a_viewset_without_anything() {
    let expected = r#"impl UserViewSet {}
const _: () = {
    use ::viewset_actix::__private as __v;
    impl __v::ViewSet for UserViewSet {
        const META: __v::ViewSetMeta = __v::ViewSetMeta::new("UserViewSet");
        const ACTIONS: &'static [&'static [__v::Action<Self>]] = &[];
        type Object = ();
    }
};
"#;
    assert_eq!(text(expand(quote!(), quote!(impl UserViewSet {}))), expected);
}

#[test]
fn a_generic_viewset_with_every_argument() {
    let args = quote! {
        crate = ::core_of_ours, model = M, mixins = [RetrieveModelMixin, crate::PublishMixin<M>],
        basename = "thing", lookup_field = slug, lookup_url_kwarg = thing_slug,
        lookup_value_regex = "[a-z]+", kwargs = [author_pk], http_method_names = ["get", "HEAD"],
    };
    let item = quote! {
        #[cfg(feature = "things")]
        impl<M: Model> ThingViewSet<M> where M: Clone {
            async fn retrieve(&self, thing_slug: String, author_pk: i32) -> Response {}
        }
    };
    let expected = r#"#[cfg(feature = "things")]
impl<M: Model> ThingViewSet<M>
where
    M: Clone,
{
    async fn retrieve(&self, thing_slug: String, author_pk: i32) -> Response {}
}
#[cfg(feature = "things")]
const _: () = {
    use ::core_of_ours::__private as __v;
    impl<M: Model> ThingViewSet<M>
    where
        M: Clone,
    {
        #[doc(hidden)]
        const __ACTIONS: &'static [__v::Action<Self>] = &[
            __v::Action::<Self>::standard("retrieve")
                .run(|v_, r_| {
                    __v::call(r_, (v_, "thing_slug", "author_pk"), Self::retrieve)
                }),
        ];
    }
    impl<M: Model> __v::ViewSet for ThingViewSet<M>
    where
        M: Clone,
    {
        const META: __v::ViewSetMeta = __v::ViewSetMeta::new("ThingViewSet")
            .basename("thing")
            .lookup_field("slug")
            .lookup_url_kwarg("thing_slug")
            .lookup_value_regex("[a-z]+")
            .http_method_names(&[__v::GET, __v::HEAD]);
        const ACTIONS: &'static [&'static [__v::Action<Self>]] = &[
            <Self as RetrieveModelMixin>::ACTIONS,
            <Self as crate::PublishMixin<M>>::ACTIONS,
            Self::__ACTIONS,
        ];
        type Object = M;
        const MODEL_OPTIONS: __v::Options = <M as __v::Model>::OPTIONS;
        fn serializer_fields(
            &self,
            r_: &__v::Request,
        ) -> __v::Option<&'static [__v::Field]> {
            __v::serializer_fields(self, r_)
        }
        fn requirements(list_: &mut __v::Requirements) {
            list_.model::<M>();
        }
        fn fits(class_: &dyn __v::SerializerOption) -> bool {
            __v::fits::<M>(class_)
        }
        fn sorts_by_relations(class_: &__v::Options) -> bool {
            __v::sorts_by_relations::<M>(class_)
        }
        async fn find_object(&self, r_: &__v::Request) -> __v::Result<(), __v::Error> {
            __v::find_object(self, r_).await
        }
    }
    impl<M: Model> __v::GenericViewSet for ThingViewSet<M>
    where
        M: Clone,
    {
        type Model = M;
        const SERVES_ALL: bool = true;
        const DIRECT: __v::Direct = __v::Direct {
            retrieve: true,
            create: true,
            update: true,
            destroy: true,
        };
    }
    impl<M: Model> RetrieveModelMixin for ThingViewSet<M>
    where
        M: Clone,
    {}
    impl<M: Model> crate::PublishMixin<M> for ThingViewSet<M>
    where
        M: Clone,
    {}
};
"#;
    assert_eq!(text(expand(args, item)), expected);
}

#[test]
fn a_viewset_that_registers_itself() {
    let expected = r#"impl UserViewSet {}
const _: () = {
    use ::viewset_actix::__private as __v;
    impl __v::ViewSet for UserViewSet {
        const META: __v::ViewSetMeta = __v::ViewSetMeta::new("UserViewSet");
        const ACTIONS: &'static [&'static [__v::Action<Self>]] = &[];
        type Object = ();
    }
    __v::inventory::submit! {
        __v::Discovered::new("users", | __r | { __r.register("users", < UserViewSet as
        __v::Default > ::default()) })
    }
};
"#;
    assert_eq!(text(expand(quote!(prefix = "users"), quote!(impl UserViewSet {}))), expected);
}

#[test]
fn a_lookup_field_is_checked_against_the_model() {
    let output = text(expand(
        quote!(model = User, mixins = [], lookup_field = "slug"),
        quote!(impl UserViewSet {}),
    ));
    assert!(output.contains("\"model `User` has no field `slug`\""), "{output}");
}

#[test]
fn the_primary_key_and_the_field_of_a_generic_model_are_not_checked() {
    for (args, item) in [
        (quote!(model = User, lookup_field = pk), quote!(impl UserViewSet {})),
        (
            quote!(model = M, lookup_field = slug),
            quote!(
                impl<M: Model> X<M> {}
            ),
        ),
    ] {
        let output = text(expand(args, item));
        assert!(!output.contains("has no field"), "{output}");
    }
}

#[test]
fn actions_of_all_kinds() {
    let item = quote! {
        impl X {
            #[action(detail = false)]
            fn at_once(&self) -> Data<u8> {}
            #[action(detail = false, suffix = "S", description = "D")]
            async fn without_self(req: &Request) -> Data<u8> {}
            #[action(detail = false, url_path = "by/{year:[0-9]{4}}/{type}")]
            async fn r#match(&self, _year: i32, r#type: String, r: Option<Json<u8>>) {}
            #[cfg(unix)]
            #[action(detail = true, url_name = "u")]
            async fn on_unix(&self) -> Data<u8> {}
            #[cfg(unix)]
            #[mapping(on_unix.delete)]
            async fn off(&self) -> Data<u8> {}
        }
    };
    let expected = r#"impl X {
    fn at_once(&self) -> Data<u8> {}
    async fn without_self(req: &Request) -> Data<u8> {}
    async fn r#match(&self, _year: i32, r#type: String, r: Option<Json<u8>>) {}
    #[cfg(unix)]
    async fn on_unix(&self) -> Data<u8> {}
    #[cfg(unix)]
    async fn off(&self) -> Data<u8> {}
}
const _: () = {
    use ::viewset_actix::__private as __v;
    impl X {
        #[doc(hidden)]
        const __ACTIONS: &'static [__v::Action<Self>] = &[
            __v::Action::<Self>::list("at_once", &[__v::GET])
                .run(|v_, r_| { __v::call_sync(r_, (v_,), Self::at_once) }),
            __v::Action::<Self>::list("without_self", &[__v::GET])
                .suffix("S")
                .description("D")
                .run(|v_, r_| { __v::call(r_, (r_,), Self::without_self) }),
            __v::Action::<Self>::list("match", &[__v::GET])
                .url("by/{year:[0-9]{4}}/{type}", "match")
                .run(|v_, r_| {
                    __v::call(r_, (v_, "year", "type", ()), Self::r#match)
                }),
            #[cfg(unix)]
            __v::Action::<Self>::detail("on_unix", &[__v::GET])
                .mapping(&[#[cfg(unix)] (__v::DELETE, "off")])
                .url("on_unix", "u")
                .run(|v_, r_| { __v::call(r_, (v_,), Self::on_unix) }),
            #[cfg(unix)]
            __v::Action::<Self>::mapped("off")
                .run(|v_, r_| { __v::call(r_, (v_,), Self::off) }),
        ];
    }
    impl __v::ViewSet for X {
        const META: __v::ViewSetMeta = __v::ViewSetMeta::new("X");
        const ACTIONS: &'static [&'static [__v::Action<Self>]] = &[Self::__ACTIONS];
        type Object = ();
    }
};
"#;
    assert_eq!(text(expand(quote!(), item)), expected);
}

#[test]
fn every_option_of_a_viewset_and_of_an_action() {
    let args = quote! {
        permission_classes = [IsAuthenticated & !IsAdminUser, ReadOnly],
        versioning_class = None,
        metadata_class = SimpleMetadata,
    };
    let item = quote! {
        impl X {
            #[action(
                detail = false,
                authentication_classes = [TokenAuthentication::<Token>::new()],
                permission_classes = [(A | B) & C],
                throttle_classes = [ScopedRateThrottle, AnonRateThrottle::rate("9/min")],
                throttle_scope = "burst",
                parser_classes = [],
                renderer_classes = [JsonRenderer],
                content_negotiation_class = FirstRenderer,
                versioning_class = AcceptHeaderVersioning::new(),
                metadata_class = None,
                http_method_names = ["get"],
            )]
            async fn all(&self) -> Data<u8> {}
        }
    };
    let expected = r#"impl X {
    async fn all(&self) -> Data<u8> {}
}
const _: () = {
    use ::viewset_actix::__private as __v;
    impl X {
        #[doc(hidden)]
        const __ACTIONS: &'static [__v::Action<Self>] = &[
            __v::Action::<Self>::list("all", &[__v::GET])
                .authentication_classes(&[&TokenAuthentication::<Token>::new()])
                .permissions(&[&__v::And(__v::Or(__v::Is(A), __v::Is(B)), __v::Is(C))])
                .throttle_classes(
                    &[&ScopedRateThrottle, &AnonRateThrottle::rate("9/min")],
                )
                .throttle_scope("burst")
                .parser_classes(&[])
                .renderer_classes(&[&JsonRenderer])
                .content_negotiation_class(&FirstRenderer)
                .versioning_class(__v::Some(&AcceptHeaderVersioning::new()))
                .metadata_class(__v::None)
                .http_method_names(&[__v::GET])
                .run(|v_, r_| { __v::call(r_, (v_,), Self::all) }),
        ];
    }
    impl __v::ViewSet for X {
        const META: __v::ViewSetMeta = __v::ViewSetMeta::new("X")
            .permissions::<
                Self,
                _,
            >(
                &[
                    &__v::And(__v::Is(IsAuthenticated), __v::Not(__v::Is(IsAdminUser))),
                    &__v::Is(ReadOnly),
                ],
            )
            .versioning_class(__v::None)
            .metadata_class(__v::Some(&SimpleMetadata));
        const ACTIONS: &'static [&'static [__v::Action<Self>]] = &[Self::__ACTIONS];
        type Object = ();
    }
};
"#;
    assert_eq!(text(expand(args, item)), expected);
}
