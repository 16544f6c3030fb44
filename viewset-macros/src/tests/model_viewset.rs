//! `#[derive(ModelViewSet)]`: its messages and its expansion.

use proc_macro2::TokenStream;
use quote::quote;

use super::support;
use crate::model_viewset::derive;

/// The messages about a model with these attributes, an `id`, and these fields.
fn model_messages(attrs: TokenStream, fields: TokenStream) -> Vec<String> {
    let id = quote!(id: i32,);
    support::messages(derive(
        quote!(#[diesel(table_name = users)] #attrs struct User { #id #fields }),
    ))
}

#[test]
fn it_goes_on_a_struct_with_named_fields() {
    let expected = ["`#[derive(ModelViewSet)]` goes on a struct with named fields"];
    for item in [
        quote!(
            struct S;
        ),
        quote!(
            struct S(i32);
        ),
        quote!(
            enum S {
                A,
            }
        ),
    ] {
        let item = quote!(#[diesel(table_name = users)] #item);
        assert_eq!(support::messages(derive(item)), expected);
    }
    let generic = quote!(
        #[diesel(table_name = users)]
        struct S<T> {
            id: i32,
            t: T,
        }
    );
    assert_eq!(support::messages(derive(generic)), ["`#[derive(ModelViewSet)]` takes no generics"]);
}

#[test]
fn a_model_has_a_table() {
    let expected =
        "model `OrderLine` has no `table_name`\nhelp: `#[diesel(table_name = order_lines)]`";
    let messages = support::messages(derive(quote!(
        struct OrderLine {
            id: i32,
        }
    )));
    assert_eq!(messages, [expected]);
}

#[test]
fn a_model_has_one_primary_key_among_its_fields() {
    let missing = quote!(
        #[diesel(table_name = users)]
        struct User {
            name: String,
        }
    );
    assert_eq!(
        support::messages(derive(missing)),
        ["model `User` has no field for its primary key `id`\n\
          help: `#[diesel(primary_key(…))]` names another column"]
    );
    assert_eq!(
        model_messages(quote!(#[diesel(primary_key(id, tenant))]), quote!(tenant: i32)),
        ["model `User` has a composite primary key\n\
          note: a primary key of several columns is not supported by this version of viewset"]
    );
    let other = quote!(#[diesel(column_name = code)] key: String);
    assert_eq!(model_messages(quote!(#[diesel(primary_key(code))]), other), [] as [&str; 0]);
}

#[test]
fn an_unknown_key_names_the_nearest() {
    assert_eq!(
        model_messages(quote!(#[viewset(conection = C)]), quote!()),
        ["unknown key `conection` in `#[viewset]`\nhelp: expected one of `connection`, `crate`"]
    );
}

#[test]
fn a_field_is_a_column() {
    for attribute in [quote!(embed), quote!(select_expression = users::a.lower())] {
        let word = attribute.clone().into_iter().next();
        let word = word.map(|word| word.to_string()).unwrap_or_default();
        let expected = format!("`{word}` of field `a` is not supported by this version of viewset");
        assert_eq!(model_messages(quote!(), quote!(#[diesel(#attribute)] a: A)), [expected]);
    }
}

#[test]
fn the_rules_of_fields_hold_for_models() {
    let fields = quote! {
        #[field(read_only, required)] a: String,
        #[field(unique)] b: String,
        #[field(max_length = 5)] c: i64,
    };
    assert_eq!(
        model_messages(quote!(), fields),
        [
            "`unique` is not supported by this version of viewset",
            "field `a` may not set both `read_only` and `required`",
            "field `c` is no text and has no `max_length`\n\
             help: a number has `min_value` and `max_value`",
        ]
    );
}

#[test]
fn a_mistake_leaves_a_model_behind() {
    let item = quote!(
        #[diesel(table_name = users)]
        struct User {
            id: i32,
            #[field(unique)]
            a: String,
        }
    );
    let text = support::text(derive(item));
    assert!(text.contains("impl __v::Model for User"));
    assert!(text.contains("pub a: __v::Option<String>"));
    assert!(text.contains("type Query = users::BoxedQuery<'static, __v::DefaultBackend>"));
    let text = support::text(derive(quote!(
        enum User {
            A,
        }
    )));
    assert!(text.contains("type Query = ()"));
}

#[test]
fn diesel_and_serde_are_read_with_tolerance() {
    let odd = [
        quote!(),
        quote!(,),
        quote!(table_name),
        quote!(table_name = 5),
        quote!(table_name = "a b"),
        quote!(primary_key),
        quote!(primary_key = id),
        quote!(primary_key(1)),
        quote!(primary_key()),
        quote!(column_name = a::b),
        quote!(column_name = "x"),
        quote!(embed = 1),
        quote!(rename = 5),
        quote!(rename_all = "odd"),
        quote!(rename(deserialize = "a")),
        quote!(sql_type = Text),
        quote!(= =),
        quote!(rename_all = ""),
        quote!(postgres_type(name = "x")),
        quote!(treat_none_as_null = true),
    ];
    for args in odd {
        derive(quote! {
            #[diesel(#args)] #[serde(#args)] #[viewset(#args)]
            struct User { #[diesel(#args)] #[serde(#args)] id: i32, #[field(#args)] __: String }
        });
    }
    assert_eq!(support::messages(derive(quote!(struct {}))).len(), 1);
}

#[test]
fn serdes_names_are_the_clients() {
    let table = [
        ("lowercase", "first_name"),
        ("UPPERCASE", "FIRST_NAME"),
        ("PascalCase", "FirstName"),
        ("camelCase", "firstName"),
        ("snake_case", "first_name"),
        ("SCREAMING_SNAKE_CASE", "FIRST_NAME"),
        ("kebab-case", "first-name"),
        ("SCREAMING-KEBAB-CASE", "FIRST-NAME"),
    ];
    for (rule, name) in table {
        let text = support::text(derive(quote! {
            #[diesel(table_name = users)]
            #[serde(rename_all(serialize = #rule, deserialize = "x"))]
            struct User { id: i32, first_name: String }
        }));
        assert!(text.contains(&format!("(\"{name}\", \"first_name\")")), "{text}");
    }
}

#[test]
fn the_expansion_of_a_model() {
    let item = quote! {
        #[diesel(table_name = schema::users, check_for_backend(diesel::sqlite::Sqlite))]
        pub struct User {
            id: i32,
            #[field(max_length = 150)]
            username: String,
            #[field(default = true)]
            is_active: bool,
            #[field(read_only)]
            last_login: Option<NaiveDateTime>,
            #[serde(skip_serializing)]
            #[diesel(column_name = pass)]
            password: String,
            #[serde(skip)]
            secret: String,
        }
    };
    assert_eq!(support::text(derive(item)), USER);
}

const USER: &str = r#"const _: () = {
    #[allow(unused_imports)]
    use ::viewset_actix::__private as __v;
    /// New values for a `User`: `None` for what is not set.
    pub struct UserInput {
        /// The new value of `username`.
        pub username: __v::Option<String>,
        /// The new value of `is_active`.
        pub is_active: __v::Option<bool>,
        /// The new value of `last_login`, which no client can send.
        pub last_login: __v::Option<Option<NaiveDateTime>>,
        /// The new value of `password`.
        pub password: __v::Option<String>,
        /// The new value of `secret`, which no client can send.
        pub secret: __v::Option<String>,
    }
    impl __v::Default for UserInput {
        fn default() -> Self {
            Self {
                username: __v::None,
                is_active: __v::None,
                last_login: __v::None,
                password: __v::None,
                secret: __v::None,
            }
        }
    }
    impl __v::Serializer for UserInput {
        const FIELDS: &'static [__v::Field] = <User as __v::Model>::FIELDS;
        fn run_validation(
            __data: &__v::Value,
            __partial: bool,
        ) -> __v::Result<Self, __v::ErrorDetail> {
            let mut __reader = __v::Reader::new(__data, __partial)?;
            let __input = Self {
                username: __reader.read(&Self::FIELDS[1]),
                is_active: __reader.read_or(&Self::FIELDS[2], || true),
                last_login: __v::None,
                password: __reader.read(&Self::FIELDS[4]),
                secret: __v::None,
            };
            __reader.finish()?;
            __v::Ok(__input)
        }
    }
    #[automatically_derived]
    impl __v::Model for User {
        const NAME: &'static str = "User";
        const FIELDS: &'static [__v::Field] = &[
            __v::Field::new::<i32>("id", "id").read_only(),
            __v::Field::new::<String>("username", "username").max_length(150),
            __v::Field::new::<bool>("is_active", "is_active").required(false),
            __v::Field::new::<Option<NaiveDateTime>>("last_login", "last_login")
                .read_only(),
            __v::Field::new::<String>("password", "password").write_only().column("pass"),
        ];
        type Connection = __v::DefaultConnection;
        type Query = schema::users::BoxedQuery<'static, __v::DefaultBackend>;
        type Input = UserInput;
        fn objects() -> Self::Query {
            __v::diesel::QueryDsl::into_boxed(schema::users::table)
        }
        fn lookup(
            __query: Self::Query,
            __field: &str,
            __value: &str,
        ) -> __v::Result<Self::Query, __v::LookupError> {
            match __field {
                "pk" | "id" => {
                    let __value = <i32 as __v::FieldValue>::from_lookup(__value)?;
                    let __filter = __v::diesel::ExpressionMethods::eq(
                        schema::users::id,
                        __value,
                    );
                    __v::Ok(__v::diesel::QueryDsl::filter(__query, __filter))
                }
                "username" => {
                    let __value = <String as __v::FieldValue>::from_lookup(__value)?;
                    let __filter = __v::diesel::ExpressionMethods::eq(
                        schema::users::username,
                        __value,
                    );
                    __v::Ok(__v::diesel::QueryDsl::filter(__query, __filter))
                }
                "is_active" => {
                    let __value = <bool as __v::FieldValue>::from_lookup(__value)?;
                    let __filter = __v::diesel::ExpressionMethods::eq(
                        schema::users::is_active,
                        __value,
                    );
                    __v::Ok(__v::diesel::QueryDsl::filter(__query, __filter))
                }
                "last_login" => {
                    let __value = <Option<
                        NaiveDateTime,
                    > as __v::FieldValue>::from_lookup(__value)?;
                    let __filter = __v::diesel::ExpressionMethods::eq(
                        schema::users::last_login,
                        __value,
                    );
                    __v::Ok(__v::diesel::QueryDsl::filter(__query, __filter))
                }
                "password" => {
                    let __value = <String as __v::FieldValue>::from_lookup(__value)?;
                    let __filter = __v::diesel::ExpressionMethods::eq(
                        schema::users::pass,
                        __value,
                    );
                    __v::Ok(__v::diesel::QueryDsl::filter(__query, __filter))
                }
                _ => __v::Err(__v::LookupError::UnknownField),
            }
        }
        async fn fetch(
            __query: Self::Query,
            __conn: &mut Self::Connection,
        ) -> __v::diesel::QueryResult<__v::Vec<Self>> {
            __conn
                .spawn_blocking(move |__conn| {
                    let __select = <Self as __v::diesel::SelectableHelper<
                        __v::DefaultBackend,
                    >>::as_select();
                    let __query = __v::diesel::QueryDsl::select(__query, __select);
                    __v::diesel::RunQueryDsl::load(__query, __conn)
                })
                .await
        }
        async fn fetch_one(
            __query: Self::Query,
            __conn: &mut Self::Connection,
        ) -> __v::diesel::QueryResult<__v::Option<Self>> {
            __conn
                .spawn_blocking(move |__conn| {
                    let __select = <Self as __v::diesel::SelectableHelper<
                        __v::DefaultBackend,
                    >>::as_select();
                    let __query = __v::diesel::QueryDsl::select(__query, __select);
                    let __row = __v::diesel::RunQueryDsl::get_result(__query, __conn);
                    __v::diesel::OptionalExtension::optional(__row)
                })
                .await
        }
        async fn count(
            __query: Self::Query,
            __conn: &mut Self::Connection,
        ) -> __v::diesel::QueryResult<i64> {
            __conn
                .spawn_blocking(move |__conn| {
                    let __query = __v::diesel::QueryDsl::count(__query);
                    __v::diesel::RunQueryDsl::get_result(__query, __conn)
                })
                .await
        }
        async fn insert(
            __input: Self::Input,
            __conn: &mut Self::Connection,
        ) -> __v::diesel::QueryResult<Self> {
            __conn
                .spawn_blocking(move |__conn| {
                    let __insert = __v::diesel::insert_into(schema::users::table)
                        .values((
                            __input
                                .username
                                .map(|__value| __v::diesel::ExpressionMethods::eq(
                                    schema::users::username,
                                    __value,
                                )),
                            __input
                                .is_active
                                .map(|__value| __v::diesel::ExpressionMethods::eq(
                                    schema::users::is_active,
                                    __value,
                                )),
                            __input
                                .last_login
                                .map(|__value| __v::diesel::ExpressionMethods::eq(
                                    schema::users::last_login,
                                    __value,
                                )),
                            __input
                                .password
                                .map(|__value| __v::diesel::ExpressionMethods::eq(
                                    schema::users::pass,
                                    __value,
                                )),
                            __input
                                .secret
                                .map(|__value| __v::diesel::ExpressionMethods::eq(
                                    schema::users::secret,
                                    __value,
                                )),
                        ))
                        .returning(
                            <Self as __v::diesel::SelectableHelper<
                                __v::DefaultBackend,
                            >>::as_returning(),
                        );
                    __v::diesel::RunQueryDsl::get_result(__insert, __conn)
                })
                .await
        }
        async fn update(
            self,
            __input: Self::Input,
            __conn: &mut Self::Connection,
        ) -> __v::diesel::QueryResult<Self> {
            if __input.username.is_none() && __input.is_active.is_none()
                && __input.last_login.is_none() && __input.password.is_none()
                && __input.secret.is_none()
            {
                return __v::Ok(self);
            }
            __conn
                .spawn_blocking(move |__conn| {
                    let __update = __v::diesel::update(
                            __v::diesel::QueryDsl::find(schema::users::table, self.id),
                        )
                        .set((
                            __input
                                .username
                                .map(|__value| __v::diesel::ExpressionMethods::eq(
                                    schema::users::username,
                                    __value,
                                )),
                            __input
                                .is_active
                                .map(|__value| __v::diesel::ExpressionMethods::eq(
                                    schema::users::is_active,
                                    __value,
                                )),
                            __input
                                .last_login
                                .map(|__value| __v::diesel::ExpressionMethods::eq(
                                    schema::users::last_login,
                                    __value,
                                )),
                            __input
                                .password
                                .map(|__value| __v::diesel::ExpressionMethods::eq(
                                    schema::users::pass,
                                    __value,
                                )),
                            __input
                                .secret
                                .map(|__value| __v::diesel::ExpressionMethods::eq(
                                    schema::users::secret,
                                    __value,
                                )),
                        ))
                        .returning(
                            <Self as __v::diesel::SelectableHelper<
                                __v::DefaultBackend,
                            >>::as_returning(),
                        );
                    __v::diesel::RunQueryDsl::get_result(__update, __conn)
                })
                .await
        }
        async fn delete(
            self,
            __conn: &mut Self::Connection,
        ) -> __v::diesel::QueryResult<usize> {
            __conn
                .spawn_blocking(move |__conn| {
                    __v::diesel::RunQueryDsl::execute(
                        __v::diesel::delete(
                            __v::diesel::QueryDsl::find(schema::users::table, self.id),
                        ),
                        __conn,
                    )
                })
                .await
        }
    }
};
"#;
