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
        [
            "unknown key `conection` in `#[viewset]`\nhelp: expected one of `connection`, `crate`, `ordering`, \
          `unique_together`, `validate`, `search_fields`, `filterset_fields`, `ordering_fields`"
        ]
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
        #[field(unique, max_digits = 5)] b: String,
        #[field(max_length = 5)] c: i64,
    };
    assert_eq!(
        model_messages(quote!(), fields),
        [
            "`max_digits` is in the type of a decimal\n\
             help: `Decimal<12, 2>` has 12 digits, 2 of them behind the point",
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
        #[doc(hidden)]
        pub __links: __v::Links,
    }
    impl __v::Default for UserInput {
        fn default() -> Self {
            Self {
                username: __v::None,
                is_active: __v::None,
                last_login: __v::None,
                password: __v::None,
                secret: __v::None,
                __links: __v::Default::default(),
            }
        }
    }
    impl UserInput {
        fn __read(__reader: &mut __v::Reader<'_>) -> Self {
            let __fields = <User as __v::Model>::FIELDS;
            Self {
                username: __reader.read(&__fields[1]),
                is_active: __reader.read(&__fields[2]),
                last_login: __v::None,
                password: __reader.read(&__fields[4]),
                secret: __v::None,
                __links: __v::Default::default(),
            }
        }
    }
    impl __v::Serializer for UserInput {
        const FIELDS: &'static [__v::Field] = <User as __v::Model>::FIELDS;
        fn to_internal_value(
            __data: &__v::Value,
            __partial: bool,
        ) -> __v::Result<Self, __v::ErrorDetail> {
            let mut __reader = __v::Reader::new(__data, __partial)?;
            let __input = Self::__read(&mut __reader);
            __reader.finish()?;
            __v::Ok(__input)
        }
    }
    #[automatically_derived]
    impl __v::ModelSerializer for User {
        type Model = User;
        type Related = ();
        const SERIALIZER_FIELDS: &'static [__v::Field] = <User as __v::Model>::FIELDS;
        const DIRECT: bool = true;
        async fn load_related(
            _: &[Self::Model],
            _: &__v::Request,
        ) -> __v::Result<(), __v::Error> {
            __v::Ok(())
        }
        fn represent<__W: __v::Writer>(
            __row: &Self::Model,
            _: &(),
            _: &__v::Request,
            __writer: __W,
        ) -> __v::Result<__W::Ok, __W::Error> {
            let mut __struct = __v::Writer::serialize_struct(__writer, "User", 4usize)?;
            __v::SerializeStruct::serialize_field(
                &mut __struct,
                "id",
                &__v::Shown(&__row.id),
            )?;
            __v::SerializeStruct::serialize_field(
                &mut __struct,
                "username",
                &__v::Shown(&__row.username),
            )?;
            __v::SerializeStruct::serialize_field(
                &mut __struct,
                "is_active",
                &__v::Shown(&__row.is_active),
            )?;
            __v::SerializeStruct::serialize_field(
                &mut __struct,
                "last_login",
                &__v::Shown(&__row.last_login),
            )?;
            __v::SerializeStruct::end(__struct)
        }
        const SHOWS_COLUMNS: bool = true;
        async fn fetch_represented(
            __query: <Self::Model as __v::Model>::Query,
            __window: __v::Window,
            __req: &__v::Request,
        ) -> __v::Result<__v::Represented, __v::Error> {
            let mut __conn = __v::connection_of::<User>(__req).await?;
            let __query = __v::diesel::QueryDsl::select(__query, __v::RowCount);
            let __select = |__query| __v::diesel::QueryDsl::select(
                __query,
                __v::Selection::<
                    (
                        schema::users::id,
                        schema::users::username,
                        schema::users::is_active,
                        schema::users::last_login,
                    ),
                >::new(|| {
                    static __TEXT: __v::OnceText = __v::OnceText::new();
                    __TEXT
                        .get_or_write(|| __v::sql_of::<
                            __v::BackendOf<<User as __v::Model>::Connection>,
                        >(
                            &(
                                <schema::users::id as __v::Default>::default(),
                                <schema::users::username as __v::Default>::default(),
                                <schema::users::is_active as __v::Default>::default(),
                                <schema::users::last_login as __v::Default>::default(),
                            ),
                        ))
                }),
            );
            let __fetched: __v::Fetched<__v::ShownList<User>> = __v::LoadWindow::load_window(
                    &mut *__conn,
                    __query,
                    __window,
                    __select,
                )
                .await?;
            __v::Ok(__v::list_of(__fetched))
        }
        async fn find_represented(
            __key: __v::OperandOf<User>,
            __req: &__v::Request,
        ) -> __v::Result<__v::Option<__v::RawJson>, __v::Error> {
            let __find = __v::Find::<
                User,
                (
                    schema::users::id,
                    schema::users::username,
                    schema::users::is_active,
                    schema::users::last_login,
                ),
            >::new(
                || {
                    static __TEXT: __v::OnceText = __v::OnceText::new();
                    __TEXT
                        .get_or_write(|| __v::find_sql::<
                            User,
                        >(
                            &(
                                <schema::users::id as __v::Default>::default(),
                                <schema::users::username as __v::Default>::default(),
                                <schema::users::is_active as __v::Default>::default(),
                                <schema::users::last_login as __v::Default>::default(),
                            ),
                        ))
                },
                __key,
            );
            let __row: __v::Option<__v::ShownRow<User>> = <<User as __v::Model>::Connection as __v::FindRow<
                _,
                _,
            >>::find_row(__req, __find)
                .await?;
            __v::Ok(__v::Option::map(__row, __v::ShownRow::into_json))
        }
        async fn store_represented(
            __write: __v::WriteOf<User>,
            __via: __v::Via<'_, <User as __v::Model>::Connection>,
        ) -> __v::diesel::QueryResult<__v::Option<__v::RawJson>> {
            let __write = __v::Returning::new(
                __write,
                __v::Selection::<
                    (
                        schema::users::id,
                        schema::users::username,
                        schema::users::is_active,
                        schema::users::last_login,
                    ),
                >::new(|| {
                    static __TEXT: __v::OnceText = __v::OnceText::new();
                    __TEXT
                        .get_or_write(|| __v::sql_of::<
                            __v::BackendOf<<User as __v::Model>::Connection>,
                        >(
                            &(
                                <schema::users::id as __v::Default>::default(),
                                <schema::users::username as __v::Default>::default(),
                                <schema::users::is_active as __v::Default>::default(),
                                <schema::users::last_login as __v::Default>::default(),
                            ),
                        ))
                }),
            );
            let __row: __v::Option<__v::ShownRow<User>> = __v::Store::store(
                    __via,
                    __write,
                )
                .await?;
            __v::Ok(__v::Option::map(__row, __v::ShownRow::into_json))
        }
        async fn validate(
            __data: &__v::Value,
            __ctx: &__v::Context<'_>,
        ) -> __v::Result<UserInput, __v::Error> {
            <UserInput as __v::Serializer>::run_validation(__data, __ctx).await
        }
    }
    #[automatically_derived]
    impl __v::SerializerInfo for User {
        const OPTION: &'static dyn __v::SerializerOption = &__v::AboutModel::<
            User,
        >::new();
    }
    #[automatically_derived]
    impl __v::ShowRow<
        (
            __v::SqlTypeOf<schema::users::id>,
            __v::SqlTypeOf<schema::users::username>,
            __v::SqlTypeOf<schema::users::is_active>,
            __v::SqlTypeOf<schema::users::last_login>,
        ),
        __v::BackendOf<<User as __v::Model>::Connection>,
    > for User {
        fn show_row<'a>(
            __row: &impl __v::diesel::row::Row<
                'a,
                __v::BackendOf<<User as __v::Model>::Connection>,
            >,
            __out: &mut __v::Vec<u8>,
        ) -> __v::diesel::deserialize::Result<()> {
            __v::show_column::<
                i32,
                __v::SqlTypeOf<schema::users::id>,
                __v::BackendOf<<User as __v::Model>::Connection>,
            >(__row, 0, "{\"id\":", __out)?;
            __v::show_column::<
                String,
                __v::SqlTypeOf<schema::users::username>,
                __v::BackendOf<<User as __v::Model>::Connection>,
            >(__row, 1, ",\"username\":", __out)?;
            __v::show_column::<
                bool,
                __v::SqlTypeOf<schema::users::is_active>,
                __v::BackendOf<<User as __v::Model>::Connection>,
            >(__row, 2, ",\"is_active\":", __out)?;
            __v::show_column::<
                Option<NaiveDateTime>,
                __v::SqlTypeOf<schema::users::last_login>,
                __v::BackendOf<<User as __v::Model>::Connection>,
            >(__row, 3, ",\"last_login\":", __out)?;
            __v::Vec::push(__out, b'}');
            __v::Ok(())
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
        const COLUMNS: &'static [__v::Column<Self>] = &[
            __v::Column {
                sql: &__v::Fixed(|| {
                    static __TEXT: __v::OnceText = __v::OnceText::new();
                    __TEXT
                        .get_or_write(|| __v::sql_of::<
                            __v::DefaultBackend,
                        >(&schema::users::id))
                }),
                operand: |__text| __v::Result::map(
                    <i32 as __v::FieldValue>::from_lookup(__text),
                    __v::bind::<
                        i32,
                        __v::SqlTypeOf<schema::users::id>,
                        __v::DefaultBackend,
                    >,
                ),
                text: |__row| __v::FieldValue::to_position(&__row.id),
                given: |_| __v::Given::Absent,
                related: __v::None,
            },
            __v::Column {
                sql: &__v::Fixed(|| {
                    static __TEXT: __v::OnceText = __v::OnceText::new();
                    __TEXT
                        .get_or_write(|| __v::sql_of::<
                            __v::DefaultBackend,
                        >(&schema::users::username))
                }),
                operand: |__text| __v::Result::map(
                    <String as __v::FieldValue>::from_lookup(__text),
                    __v::bind::<
                        String,
                        __v::SqlTypeOf<schema::users::username>,
                        __v::DefaultBackend,
                    >,
                ),
                text: |__row| __v::FieldValue::to_position(&__row.username),
                given: |__input| __v::Given::of(__input.username.as_ref()),
                related: __v::None,
            },
            __v::Column {
                sql: &__v::Fixed(|| {
                    static __TEXT: __v::OnceText = __v::OnceText::new();
                    __TEXT
                        .get_or_write(|| __v::sql_of::<
                            __v::DefaultBackend,
                        >(&schema::users::is_active))
                }),
                operand: |__text| __v::Result::map(
                    <bool as __v::FieldValue>::from_lookup(__text),
                    __v::bind::<
                        bool,
                        __v::SqlTypeOf<schema::users::is_active>,
                        __v::DefaultBackend,
                    >,
                ),
                text: |__row| __v::FieldValue::to_position(&__row.is_active),
                given: |__input| __v::Given::of(__input.is_active.as_ref()),
                related: __v::None,
            },
            __v::Column {
                sql: &__v::Fixed(|| {
                    static __TEXT: __v::OnceText = __v::OnceText::new();
                    __TEXT
                        .get_or_write(|| __v::sql_of::<
                            __v::DefaultBackend,
                        >(&schema::users::last_login))
                }),
                operand: |__text| __v::Result::map(
                    <Option<NaiveDateTime> as __v::FieldValue>::from_lookup(__text),
                    __v::bind::<
                        Option<NaiveDateTime>,
                        __v::SqlTypeOf<schema::users::last_login>,
                        __v::DefaultBackend,
                    >,
                ),
                text: |__row| __v::FieldValue::to_position(&__row.last_login),
                given: |__input| __v::Given::of(__input.last_login.as_ref()),
                related: __v::None,
            },
            __v::Column {
                sql: &__v::Fixed(|| {
                    static __TEXT: __v::OnceText = __v::OnceText::new();
                    __TEXT
                        .get_or_write(|| __v::sql_of::<
                            __v::DefaultBackend,
                        >(&schema::users::pass))
                }),
                operand: |__text| __v::Result::map(
                    <String as __v::FieldValue>::from_lookup(__text),
                    __v::bind::<
                        String,
                        __v::SqlTypeOf<schema::users::pass>,
                        __v::DefaultBackend,
                    >,
                ),
                text: |__row| __v::FieldValue::to_position(&__row.password),
                given: |__input| __v::Given::of(__input.password.as_ref()),
                related: __v::None,
            },
        ];
        const KEY: __v::Key<Self> = __v::Key {
            field: __v::Field::new::<i32>("id", "id").read_only(),
            column: __v::Column {
                sql: &__v::Fixed(|| {
                    static __TEXT: __v::OnceText = __v::OnceText::new();
                    __TEXT
                        .get_or_write(|| __v::sql_of::<
                            __v::DefaultBackend,
                        >(&schema::users::id))
                }),
                operand: |__text| __v::Result::map(
                    <i32 as __v::FieldValue>::from_lookup(__text),
                    __v::bind::<
                        i32,
                        __v::SqlTypeOf<schema::users::id>,
                        __v::DefaultBackend,
                    >,
                ),
                text: |__row| __v::FieldValue::to_position(&__row.id),
                given: |_| __v::Given::Absent,
                related: __v::None,
            },
        };
        const TABLE: &'static __v::Fixed = &__v::Fixed(|| {
            static __TEXT: __v::OnceText = __v::OnceText::new();
            __TEXT
                .get_or_write(|| __v::sql_of::<
                    __v::DefaultBackend,
                >(&schema::users::table))
        });
        const UNIQUE_TOGETHER: &'static [&'static [usize]] = &[];
        const OPTIONS: __v::Options = __v::Options::new();
        type Connection = __v::DefaultConnection;
        type Query = schema::users::BoxedQuery<'static, __v::DefaultBackend>;
        type Input = UserInput;
        type Pk = i32;
        fn objects() -> Self::Query {
            __v::diesel::QueryDsl::into_boxed(schema::users::table)
        }
        fn filter_by(
            __query: Self::Query,
            __condition: __v::Condition<__v::DefaultBackend>,
        ) -> Self::Query {
            __v::diesel::QueryDsl::filter(__query, __condition)
        }
        fn order_by(
            __query: Self::Query,
            __ordering: __v::Ordering<__v::DefaultBackend>,
        ) -> Self::Query {
            __v::diesel::QueryDsl::order(__query, __ordering)
        }
        fn links(__input: &mut Self::Input) -> &mut __v::Links {
            &mut __input.__links
        }
        fn fill_defaults(__input: &mut Self::Input) {
            __v::Option::get_or_insert_with(&mut __input.is_active, || true);
        }
        async fn fetch_window(
            __query: Self::Query,
            __window: __v::Window,
            __conn: &mut Self::Connection,
        ) -> __v::diesel::QueryResult<__v::Fetched<__v::Vec<Self>>> {
            let __query = __v::diesel::QueryDsl::select(__query, __v::RowCount);
            __v::LoadWindow::load_window(
                    __conn,
                    __query,
                    __window,
                    |__query| {
                        let __query = __v::diesel::QueryDsl::select(
                            __query,
                            __v::Selection::<
                                __v::diesel::dsl::AsSelect<Self, __v::DefaultBackend>,
                            >::new(|| {
                                static __TEXT: __v::OnceText = __v::OnceText::new();
                                __TEXT
                                    .get_or_write(|| __v::sql_of::<
                                        __v::DefaultBackend,
                                    >(
                                        &<Self as __v::diesel::SelectableHelper<
                                            __v::DefaultBackend,
                                        >>::as_select(),
                                    ))
                            }),
                        );
                        __query
                    },
                )
                .await
        }
        async fn find(
            __pk: Self::Pk,
            __conn: &mut Self::Connection,
        ) -> __v::diesel::QueryResult<__v::Option<Self>> {
            let __query = __v::diesel::QueryDsl::filter(
                schema::users::table,
                __v::diesel::ExpressionMethods::eq(schema::users::id, __pk),
            );
            let __query = __v::diesel::QueryDsl::select(
                __query,
                __v::Selection::<
                    __v::diesel::dsl::AsSelect<Self, __v::DefaultBackend>,
                >::new(|| {
                    static __TEXT: __v::OnceText = __v::OnceText::new();
                    __TEXT
                        .get_or_write(|| __v::sql_of::<
                            __v::DefaultBackend,
                        >(
                            &<Self as __v::diesel::SelectableHelper<
                                __v::DefaultBackend,
                            >>::as_select(),
                        ))
                }),
            );
            let __row = __v::Load::get_result(__conn, __query).await;
            __v::diesel::OptionalExtension::optional(__row)
        }
        async fn fetch_one(
            __query: Self::Query,
            __conn: &mut Self::Connection,
        ) -> __v::diesel::QueryResult<__v::Option<Self>> {
            let __query = __v::diesel::QueryDsl::select(
                __query,
                __v::Selection::<
                    __v::diesel::dsl::AsSelect<Self, __v::DefaultBackend>,
                >::new(|| {
                    static __TEXT: __v::OnceText = __v::OnceText::new();
                    __TEXT
                        .get_or_write(|| __v::sql_of::<
                            __v::DefaultBackend,
                        >(
                            &<Self as __v::diesel::SelectableHelper<
                                __v::DefaultBackend,
                            >>::as_select(),
                        ))
                }),
            );
            let __row = __v::Load::get_result(__conn, __query).await;
            __v::diesel::OptionalExtension::optional(__row)
        }
        const SHOWS_AS_SENT: bool = false;
        fn insert_statement(
            mut __input: Self::Input,
        ) -> __v::Write<__v::DefaultBackend> {
            <Self as __v::Model>::fill_defaults(&mut __input);
            __v::Write::insert(
                    <Self as __v::Model>::TABLE,
                    &__v::Fixed(|| {
                        static __TEXT: __v::OnceText = __v::OnceText::new();
                        __TEXT
                            .get_or_write(|| __v::quoted::<
                                __v::DefaultBackend,
                            >(<schema::users::id as __v::diesel::Column>::NAME))
                    }),
                    true,
                )
                .set(
                    &__v::Fixed(|| {
                        static __TEXT: __v::OnceText = __v::OnceText::new();
                        __TEXT
                            .get_or_write(|| __v::quoted::<
                                __v::DefaultBackend,
                            >(<schema::users::username as __v::diesel::Column>::NAME))
                    }),
                    __v::Option::map(
                        __input.username,
                        __v::bind::<
                            String,
                            __v::SqlTypeOf<schema::users::username>,
                            __v::DefaultBackend,
                        >,
                    ),
                )
                .set(
                    &__v::Fixed(|| {
                        static __TEXT: __v::OnceText = __v::OnceText::new();
                        __TEXT
                            .get_or_write(|| __v::quoted::<
                                __v::DefaultBackend,
                            >(<schema::users::is_active as __v::diesel::Column>::NAME))
                    }),
                    __v::Option::map(
                        __input.is_active,
                        __v::bind::<
                            bool,
                            __v::SqlTypeOf<schema::users::is_active>,
                            __v::DefaultBackend,
                        >,
                    ),
                )
                .set(
                    &__v::Fixed(|| {
                        static __TEXT: __v::OnceText = __v::OnceText::new();
                        __TEXT
                            .get_or_write(|| __v::quoted::<
                                __v::DefaultBackend,
                            >(<schema::users::last_login as __v::diesel::Column>::NAME))
                    }),
                    __v::Option::map(
                        __input.last_login,
                        __v::bind::<
                            Option<NaiveDateTime>,
                            __v::SqlTypeOf<schema::users::last_login>,
                            __v::DefaultBackend,
                        >,
                    ),
                )
                .set(
                    &__v::Fixed(|| {
                        static __TEXT: __v::OnceText = __v::OnceText::new();
                        __TEXT
                            .get_or_write(|| __v::quoted::<
                                __v::DefaultBackend,
                            >(<schema::users::pass as __v::diesel::Column>::NAME))
                    }),
                    __v::Option::map(
                        __input.password,
                        __v::bind::<
                            String,
                            __v::SqlTypeOf<schema::users::pass>,
                            __v::DefaultBackend,
                        >,
                    ),
                )
                .set(
                    &__v::Fixed(|| {
                        static __TEXT: __v::OnceText = __v::OnceText::new();
                        __TEXT
                            .get_or_write(|| __v::quoted::<
                                __v::DefaultBackend,
                            >(<schema::users::secret as __v::diesel::Column>::NAME))
                    }),
                    __v::Option::map(
                        __input.secret,
                        __v::bind::<
                            String,
                            __v::SqlTypeOf<schema::users::secret>,
                            __v::DefaultBackend,
                        >,
                    ),
                )
        }
        fn update_statement(
            __pk: Self::Pk,
            __input: Self::Input,
        ) -> __v::Option<__v::Write<__v::DefaultBackend>> {
            let __pk = __v::bind_key::<
                i32,
                __v::SqlTypeOf<schema::users::id>,
                __v::DefaultBackend,
            >(__pk);
            __v::Some(
                __v::Write::update(
                        <Self as __v::Model>::TABLE,
                        &__v::Fixed(|| {
                            static __TEXT: __v::OnceText = __v::OnceText::new();
                            __TEXT
                                .get_or_write(|| __v::quoted::<
                                    __v::DefaultBackend,
                                >(<schema::users::id as __v::diesel::Column>::NAME))
                        }),
                        __pk,
                    )
                    .set(
                        &__v::Fixed(|| {
                            static __TEXT: __v::OnceText = __v::OnceText::new();
                            __TEXT
                                .get_or_write(|| __v::quoted::<
                                    __v::DefaultBackend,
                                >(<schema::users::username as __v::diesel::Column>::NAME))
                        }),
                        __v::Option::map(
                            __input.username,
                            __v::bind::<
                                String,
                                __v::SqlTypeOf<schema::users::username>,
                                __v::DefaultBackend,
                            >,
                        ),
                    )
                    .set(
                        &__v::Fixed(|| {
                            static __TEXT: __v::OnceText = __v::OnceText::new();
                            __TEXT
                                .get_or_write(|| __v::quoted::<
                                    __v::DefaultBackend,
                                >(<schema::users::is_active as __v::diesel::Column>::NAME))
                        }),
                        __v::Option::map(
                            __input.is_active,
                            __v::bind::<
                                bool,
                                __v::SqlTypeOf<schema::users::is_active>,
                                __v::DefaultBackend,
                            >,
                        ),
                    )
                    .set(
                        &__v::Fixed(|| {
                            static __TEXT: __v::OnceText = __v::OnceText::new();
                            __TEXT
                                .get_or_write(|| __v::quoted::<
                                    __v::DefaultBackend,
                                >(<schema::users::last_login as __v::diesel::Column>::NAME))
                        }),
                        __v::Option::map(
                            __input.last_login,
                            __v::bind::<
                                Option<NaiveDateTime>,
                                __v::SqlTypeOf<schema::users::last_login>,
                                __v::DefaultBackend,
                            >,
                        ),
                    )
                    .set(
                        &__v::Fixed(|| {
                            static __TEXT: __v::OnceText = __v::OnceText::new();
                            __TEXT
                                .get_or_write(|| __v::quoted::<
                                    __v::DefaultBackend,
                                >(<schema::users::pass as __v::diesel::Column>::NAME))
                        }),
                        __v::Option::map(
                            __input.password,
                            __v::bind::<
                                String,
                                __v::SqlTypeOf<schema::users::pass>,
                                __v::DefaultBackend,
                            >,
                        ),
                    )
                    .set(
                        &__v::Fixed(|| {
                            static __TEXT: __v::OnceText = __v::OnceText::new();
                            __TEXT
                                .get_or_write(|| __v::quoted::<
                                    __v::DefaultBackend,
                                >(<schema::users::secret as __v::diesel::Column>::NAME))
                        }),
                        __v::Option::map(
                            __input.secret,
                            __v::bind::<
                                String,
                                __v::SqlTypeOf<schema::users::secret>,
                                __v::DefaultBackend,
                            >,
                        ),
                    ),
            )
        }
        async fn insert_unless(
            __input: Self::Input,
            __unless: __v::Vec<__v::Condition<__v::DefaultBackend>>,
            __via: __v::Via<'_, Self::Connection>,
        ) -> __v::diesel::QueryResult<__v::Option<Self>> {
            let __write = <Self as __v::Model>::insert_statement(__input)
                .unless(__unless);
            __v::Store::store(
                    __via,
                    __v::Returning::new(
                        __write,
                        __v::Selection::<
                            __v::diesel::dsl::AsSelect<Self, __v::DefaultBackend>,
                        >::new(|| {
                            static __TEXT: __v::OnceText = __v::OnceText::new();
                            __TEXT
                                .get_or_write(|| __v::sql_of::<
                                    __v::DefaultBackend,
                                >(
                                    &<Self as __v::diesel::SelectableHelper<
                                        __v::DefaultBackend,
                                    >>::as_select(),
                                ))
                        }),
                    ),
                )
                .await
        }
        async fn update_unless(
            __pk: Self::Pk,
            __input: Self::Input,
            __unless: __v::Vec<__v::Condition<__v::DefaultBackend>>,
            __via: __v::Via<'_, Self::Connection>,
        ) -> __v::diesel::QueryResult<__v::Option<Self>> {
            let __v::Some(__write) = <Self as __v::Model>::update_statement(
                __pk,
                __input,
            ) else {
                return __v::Ok(__v::None);
            };
            let __write = __write.unless(__unless);
            __v::Store::store(
                    __via,
                    __v::Returning::new(
                        __write,
                        __v::Selection::<
                            __v::diesel::dsl::AsSelect<Self, __v::DefaultBackend>,
                        >::new(|| {
                            static __TEXT: __v::OnceText = __v::OnceText::new();
                            __TEXT
                                .get_or_write(|| __v::sql_of::<
                                    __v::DefaultBackend,
                                >(
                                    &<Self as __v::diesel::SelectableHelper<
                                        __v::DefaultBackend,
                                    >>::as_select(),
                                ))
                        }),
                    ),
                )
                .await
        }
        async fn delete_by(
            __pk: Self::Pk,
            __via: __v::Via<'_, Self::Connection>,
        ) -> __v::diesel::QueryResult<usize> {
            __v::Delete::delete(
                    __via,
                    __v::DeleteByKey::<
                        Self,
                    >::new(
                        __v::bind_key::<
                            i32,
                            __v::SqlTypeOf<schema::users::id>,
                            __v::DefaultBackend,
                        >(__pk),
                    ),
                )
                .await
        }
        fn into_pk(self) -> Self::Pk {
            self.id
        }
        fn is_empty(__input: &Self::Input) -> bool {
            __input.username.is_none() && __input.is_active.is_none()
                && __input.last_login.is_none() && __input.password.is_none()
                && __input.secret.is_none()
        }
    }
    impl __v::FieldAt<0> for User {
        type Value = i32;
        type Column = schema::users::id;
        fn get(&self) -> &i32 {
            &self.id
        }
        fn set(__input: &mut <Self as __v::Model>::Input, __value: __v::Option<i32>) {
            let _ = (__input, __value);
        }
    }
    impl __v::FieldAt<1> for User {
        type Value = String;
        type Column = schema::users::username;
        fn get(&self) -> &String {
            &self.username
        }
        fn set(__input: &mut <Self as __v::Model>::Input, __value: __v::Option<String>) {
            __input.username = __value;
        }
    }
    impl __v::FieldAt<2> for User {
        type Value = bool;
        type Column = schema::users::is_active;
        fn get(&self) -> &bool {
            &self.is_active
        }
        fn set(__input: &mut <Self as __v::Model>::Input, __value: __v::Option<bool>) {
            __input.is_active = __value;
        }
    }
    impl __v::FieldAt<3> for User {
        type Value = Option<NaiveDateTime>;
        type Column = schema::users::last_login;
        fn get(&self) -> &Option<NaiveDateTime> {
            &self.last_login
        }
        fn set(
            __input: &mut <Self as __v::Model>::Input,
            __value: __v::Option<Option<NaiveDateTime>>,
        ) {
            __input.last_login = __value;
        }
    }
    impl __v::FieldAt<4> for User {
        type Value = String;
        type Column = schema::users::pass;
        fn get(&self) -> &String {
            &self.password
        }
        fn set(__input: &mut <Self as __v::Model>::Input, __value: __v::Option<String>) {
            __input.password = __value;
        }
    }
    const _: () = {
        __v::held_by::<i32, __v::SqlTypeOf<schema::users::id>, __v::DefaultBackend>();
        __v::held_by::<
            String,
            __v::SqlTypeOf<schema::users::username>,
            __v::DefaultBackend,
        >();
        __v::held_by::<
            bool,
            __v::SqlTypeOf<schema::users::is_active>,
            __v::DefaultBackend,
        >();
        __v::held_by::<
            Option<NaiveDateTime>,
            __v::SqlTypeOf<schema::users::last_login>,
            __v::DefaultBackend,
        >();
        __v::held_by::<
            String,
            __v::SqlTypeOf<schema::users::pass>,
            __v::DefaultBackend,
        >();
        __v::held_by::<
            String,
            __v::SqlTypeOf<schema::users::secret>,
            __v::DefaultBackend,
        >();
    };
};
"#;
