//! Django REST Framework's ViewSets on actix-web: the one crate that a user names.
//!
//! It turns actix-web's requests into the core's and mounts routers; everything else is
//! [`viewset_core`], re-exported here. Start with the [`prelude`] and the macros below;
//! [`routers::DefaultRouter`] puts the parts together.

mod among_others;
mod background;
mod default_service;
mod extract;
mod incoming;
mod mount;
mod resource;
mod respond;

pub use viewset_core::*;

pub mod routers;

#[cfg(feature = "session")]
pub mod session;

#[doc(hidden)]
pub mod __private;

pub mod prelude;

pub use diesel_async::{RunQueryDsl, SimpleAsyncConnection};
pub use mount::not_found;

/// Makes a viewset of an impl block: its methods become actions, hooks and helpers.
///
/// | argument | value | default | meaning |
/// |---|---|---|---|
/// | `model` | a type | none | the model that it serves |
/// | `mixins` | `[Trait, …]` | with a model the five of DRF's `ModelViewSet`, else none | the actions that it has beside its own |
/// | `basename` | `"…"` | the model's name in lower case | the base of its routes' names |
/// | `prefix` | `"…"` | none | where `DefaultRouter::discover()` registers it; the type has to be `Default` |
/// | `lookup_field` | a field's name | `pk` | the field that finds the object |
/// | `lookup_url_kwarg` | `"…"` | the lookup field | the URL argument that holds its value |
/// | `lookup_value_regex` | `"…"` | `[^/.]+` | what a value in a URL has to match |
/// | `kwargs` | `[name, …]` | none | URL arguments that come from the prefix or from scopes around the router |
/// | `crate` | a path | `::viewset_actix` | where the runtime is |
///
/// These options are an action's, too; what a viewset leaves open is the router's:
///
/// | option | value | default | meaning |
/// |---|---|---|---|
/// | `authentication_classes` | `[Authentication, …]` | none | who asks; the first that knows wins |
/// | `permission_classes` | `[Permission, …]` | everybody | who may; all have to agree |
/// | `throttle_classes` | `[Throttle, …]` | no limit | how often; all have to agree |
/// | `throttle_scope` | `"…"` | none | the scope that `ScopedRateThrottle` counts in |
/// | `parser_classes` | `[Parser, …]` | JSON, form, multipart | the formats of bodies |
/// | `renderer_classes` | `[Renderer, …]` | `[JsonRenderer]` | the formats of answers, the preferred one first |
/// | `content_negotiation_class` | `ContentNegotiation` | DRF's | how parser and renderer are chosen |
/// | `versioning_class` | `Versioning`, `None` | `None` | how the version is found |
/// | `metadata_class` | `Metadata`, `None` | DRF's `SimpleMetadata` | what answers OPTIONS; `None`: 405 |
/// | `serializer_class` | a serializer | the model | how rows are shown and read |
/// | `pagination_class` | `Pagination`, `None` | `None` | how lists are cut into pages |
/// | `filter_backends` | `[FilterBackend, …]` | what the options below have fields for | what narrows lists down and sorts them |
/// | `search_fields` | `[name, istartswith(name), author.name]` | the model's | where `?search=` looks |
/// | `filterset_fields` | `[price, price(gte, lte)]` | the model's | the parameters that filter: `?price__gte=5` |
/// | `ordering_fields` | `[name, author.name]` | the model's | what `?ordering=-name` takes |
/// | `ordering` | `[-created, id]` | the queryset's | the order where the client asks for none |
/// | `http_method_names` | `["get", …]` | all | the methods that are answered at all |
///
/// Lookups are `exact, iexact, contains, icontains, startswith, istartswith, endswith, iendswith, regex, iregex, in, gt, gte,
/// lt, lte, range, isnull, date, year, month, day`, and the last four with `__gt, __gte, __lt, __lte` (`created(year__gte)`); a field that the model lacks, and a lookup that its type cannot
/// have, are compiler errors. `author.name` is a field of the model that the field `author` is `related` to.
///
/// Policies are values in constants: unit structs, or what a `const fn` makes, as
/// `AnonRateThrottle::rate("100/day")`. Permissions may be combined, with Rust's precedence: `A & B` (both),
/// `A | B` (one of the two), `!A` (not). One that looks at the object is an
/// [`ObjectPermission`](permissions::ObjectPermission) of the viewset's model.
///
/// The methods of the block are sorted by their names and attributes:
///
/// - `list, create, retrieve, update, partial_update, destroy` are standard actions; one that a mixin has
///   too takes its place, and `ListModelMixin::list(self, req)` calls the mixin's.
/// - [`#[action]`](macro@action) and [`#[mapping]`](macro@mapping) make further actions.
/// - Hooks, with `&self`, move into the impl of their trait. Each viewset has those of
///   [`ViewSet`](viewsets::ViewSet): `get_parsers, get_authenticators, get_content_negotiator, get_renderers,
///   get_permissions, get_throttles, get_view_name, get_view_description, handle_exception,
///   finalize_response`. With a model there are those of [`GenericViewSet`](generics::GenericViewSet):
///   `get_queryset, filter_queryset, get_object, get_serializer_class, paginate_queryset,
///   get_paginated_response`. Those of its [`mixins`] are `perform_create,
///   get_success_headers, perform_update, perform_destroy`.
/// - All others stay what they are.
///
/// An action is `async` or not, takes `&self` or no receiver, and then `&Request`, URL arguments by their
/// names, and extractors by their types, in any order. It returns anything that implements
/// [`IntoResponse`](response::IntoResponse), or one of actix-web's responders.
///
/// ```
/// use viewset_actix::prelude::*;
///
/// struct CurrencyViewSet;
///
/// /// A branch sends its number.
/// struct IsBranch;
///
/// impl Permission for IsBranch {
///     async fn has_permission(&self, req: &Request) -> Result<bool> {
///         Ok(req.header("x-branch").is_some())
///     }
/// }
///
/// /// Currencies, without a model behind them.
/// #[viewset(basename = "currency", lookup_url_kwarg = "code", permission_classes = [IsBranch | IsAdminUser])]
/// impl CurrencyViewSet {
///     async fn list(&self) -> Data<[&'static str; 2]> {
///         Data(["EUR", "USD"])
///     }
///
///     async fn retrieve(&self, code: String) -> Result<impl IntoResponse> {
///         match &*code {
///             "EUR" => Ok(Data(json!({"name": "Euro"}))),
///             "USD" => Ok(Data(json!({"name": "US Dollar"}))),
///             _ => Err(Error::not_found()),
///         }
///     }
/// }
///
/// let router = SimpleRouter::new().register("currencies", CurrencyViewSet).build()?;
/// assert_eq!(router.reverse("currency-detail").arg("EUR").url()?, "/currencies/EUR/");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// It expands to the block without our attributes, an impl of [`ViewSet`](viewsets::ViewSet) with the
/// static table (a few lines an action), and an impl of each mixin and of
/// [`GenericViewSet`](generics::GenericViewSet) with the hooks that belong there.
///
/// Limits: one annotated block a type; a hook of a mixin that you wrote yourself is overridden by
/// implementing the mixin by hand and leaving it out of `mixins`.
#[doc(inline)]
pub use viewset_core::viewset;

/// Marks a method of a `#[viewset]` or `#[mixin]` as a routable action (DRF's `@action`).
///
/// | argument | value | default | meaning |
/// |---|---|---|---|
/// | `detail` | `true`, `false` | required | on one object, or on the collection |
/// | `methods` | `["post", …]`, `[Method::POST, …]` | `["get"]` | the HTTP methods |
/// | `url_path` | `"…"` | the method's name | the path; placeholders are `{name}` or `{name:regex}` |
/// | `url_name` | `"…"` | the name with hyphens | what follows `{basename}-` in the route's name |
/// | `name` | `"…"` | the name as words | the display name |
/// | `suffix` | `"…"` | none | the display suffix; exclusive with `name` |
/// | `description` | `"…"` | the doc comment | the description in OPTIONS |
/// | every option of [`#[viewset]`](macro@viewset) | as there | the viewset's | replaces the viewset's on this route |
///
/// ```
/// use viewset_actix::prelude::*;
///
/// struct UserViewSet;
///
/// #[viewset(basename = "user", permission_classes = [IsAuthenticated])]
/// impl UserViewSet {
///     /// Whether the user signed in during a year.
///     #[action(detail = true, url_path = "logins/{year:[0-9]{4}}", permission_classes = [IsAdminUser])]
///     async fn logins(&self, pk: i32, year: u16) -> Data<bool> {
///         Data(pk == 1 && year == 2026)
///     }
/// }
///
/// let router = SimpleRouter::new().register("users", UserViewSet).build()?;
/// let url = router.reverse("user-logins").kwarg("pk", 1).kwarg("year", 2026).url()?;
/// assert_eq!(url, "/users/1/logins/2026/");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// It expands to a row of the viewset's static table. What an argument is made from stands in a tuple: the
/// viewset, a URL argument by its name, or `()` for an extractor.
///
/// ```text
/// Action::<Self>::detail("logins", &[GET])
///     .url("logins/{year:[0-9]{4}}", "logins")
///     .description("Whether the user signed in during a year.")
///     .permissions(&[&Is(IsAdminUser)])
///     .run(|view, request| call(request, (view, "pk", "year"), Self::logins))
/// ```
#[doc(inline)]
pub use viewset_core::action;

/// Serves a further HTTP method on the route of an action (DRF's `@password.mapping.delete`):
/// `#[mapping(password.delete)]`. It takes no other arguments; name, description and options of the route
/// are those of the action.
#[doc(inline)]
pub use viewset_core::mapping;

/// Makes a mixin of a trait: actions that several viewsets share.
///
/// The trait extends [`ViewSet`](viewsets::ViewSet) or [`GenericViewSet`](generics::GenericViewSet). Its
/// methods of standard names, and those with [`#[action]`](macro@action) or [`#[mapping]`](macro@mapping),
/// are actions; all others are ordinary provided methods. In an action the argument `pk` is the lookup
/// value, whatever its name is in the viewset.
///
/// ```
/// use viewset_actix::prelude::*;
///
/// #[mixin]
/// trait Ping: ViewSet {
///     #[action(detail = false)]
///     async fn ping(&self) -> Data<&'static str> {
///         Data("pong")
///     }
/// }
///
/// struct ShopViewSet;
///
/// #[viewset(basename = "shop", mixins = [Ping])]
/// impl ShopViewSet {}
///
/// let router = SimpleRouter::new().register("shops", ShopViewSet).build()?;
/// assert_eq!(router.reverse("shop-ping").url()?, "/shops/ping/");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[doc(inline)]
pub use viewset_core::mixin;

/// Makes a model of a diesel struct: with it, [`viewsets::ModelViewSet`] serves it, and
/// `#[viewset(model = …)]` extends it.
///
/// It reads diesel's `#[diesel(table_name = …, primary_key(…), column_name = …)]` and serde's
/// `rename`, `rename_all`, `skip`, `skip_serializing`, `skip_serializing_if`, `serialize_with`; serde itself need not be
/// derived. Input and output are described by `#[field(…)]`:
///
/// | word | value | default | meaning |
/// |---|---|---|---|
/// | `read_only` | flag | an integer primary key | in the output only |
/// | `write_only` | flag | no | in the input only |
/// | `required` | `true`, `false` | no `Option`, no default, no `allow_blank` | absent is an error, but not in a PATCH |
/// | `default` | an expression | none | of a model: for what a new row lacks, `read_only` fields included; of another serializer: for what POST and PUT lack |
/// | `default_with` | a path | none | the same, by `fn(&Context) -> Result<T>`: [`current_user`](serializers::current_user) |
/// | `allow_null` | flag | for an `Option` | `null` is a value |
/// | `allow_blank` | flag | no | `""` is a value |
/// | `min_length`, `max_length` | a number | none | of a text, in characters; of a list, in items |
/// | `min_value`, `max_value` | a number | the type's range | of a number |
/// | `email`, `url`, `slug` | flag | no | of a text: what it looks like |
/// | `regex` | `"…"` | none | of a text: what it has to match somewhere |
/// | `trim_whitespace` | `true`, `false` | `true` | of a text: whether blanks around it are taken off |
/// | `choices` | `[("value", "Name"), (1, "One"), …]` | none | of a text or an integer: those that there are; of a list: some of them |
/// | `child` | `(…)` | none | of a list or a `Dict`: what its items are like, in these words |
/// | `allow_empty` | `true`, `false` | `true`; files `false` | of a list, a `Dict`, a file |
/// | `integer` | flag | no | of an `i64`: DRF's message of an `IntegerField`, not of a `BigIntegerField` |
/// | `related` | a model | none | of an integer, a `Uuid` or a text: the key of a row, which has to be there |
/// | `unique` | flag | no | no other row has the value; asked before the database does |
/// | `validators` | `[path, …]` | none | `fn(&T) -> Result<(), ErrorDetail>`, after the built-in ones |
/// | `validate` | a path | none | DRF's `validate_<field>`: `async fn(T, &Context<'_>) -> Result<T>`, after all validators |
/// | `label`, `help_text` | `"…"` | none | for people |
///
/// On the struct stands what is about the model as a whole, in `#[viewset(…)]`:
///
/// | word | value | meaning |
/// |---|---|---|
/// | `ordering` | `[-created, id]` | the order of `objects()` (Django's `Meta.ordering`) |
/// | `unique_together` | `[(owner, name)]` | fields whose values together are unique |
/// | `validate` | a path | DRF's `validate`: `async fn(Input<M>, &Context<'_>) -> Result<Input<M>>`, if all fields are right |
/// | `search_fields`, `filterset_fields`, `ordering_fields` | as in [`#[viewset]`](macro@viewset) | for all viewsets that say nothing else |
/// | `connection` | a type | which connection reaches the database: `SqliteConn`, `PgConn`, `MysqlConn`; default: SQLite, or the one database in the features |
/// | `crate` | a path | where the runtime is |
///
/// The types of fields, with diesel's types of their columns; an `Option` of each is a `Nullable`:
///
/// | field | column |
/// |---|---|
/// | `String` | `Text` |
/// | `bool` | `Bool` |
/// | `i16`, `i32`, `i64` | `SmallInt`, `Integer`, `BigInt` |
/// | `i8`, `u8`, `u16`, `u32`, `u64` | on MySQL `TinyInt` and the `Unsigned` ones |
/// | `f32`, `f64` | `Float`, `Double` |
/// | `NaiveDateTime` | `Timestamp`; `Datetime` on MySQL |
/// | `DateTime<Utc>` | `TimestamptzSqlite` on SQLite, `Timestamptz` on PostgreSQL |
/// | [`UtcDateTime`](serializers::UtcDateTime) | the same, and `Datetime` on MySQL |
/// | `NaiveDate`, `NaiveTime` | `Date`, `Time` |
/// | [`Decimal<DIGITS, PLACES>`](serializers::Decimal) | `Numeric` (up to 15 digits on SQLite); `Text`, up to 38, which the database compares as text |
/// | [`Duration`](serializers::Duration) | `BigInt` (microseconds); `Interval` on PostgreSQL |
/// | [`Uuid`](serializers::Uuid) | `Text`; `Uuid` on PostgreSQL |
/// | [`Ip`](serializers::Ip) | `Text` |
/// | [`List<T>`](serializers::List), [`Dict<T>`](serializers::Dict), [`JsonValue`](serializers::JsonValue) | `Text` (JSON); `Jsonb` on PostgreSQL |
///
/// A key that is no integer is given by clients, or made by the server (Django's `UUIDField(default=uuid4, editable=False)`):
///
/// ```
/// # use viewset_actix::prelude::*;
/// use viewset_actix::serializers::Uuid;
///
/// # diesel::table! { clubs (id) { id -> Text, name -> Text, } }
/// #[derive(Queryable, Selectable, Identifiable, ModelViewSet)]
/// #[diesel(table_name = clubs)]
/// struct Club {
///     #[field(read_only, default_with = new_id)]
///     id: Uuid,
///     name: String,
/// }
///
/// fn new_id(_: &Context<'_>) -> Result<Uuid> {
///     Uuid::random()
/// }
/// ```
///
/// Of a field whose type does not fit its column rustc says `a column of SQL type … does not hold a …`; what it goes on to say comes
/// from diesel's derives.
#[doc(inline)]
pub use viewset_core::ModelViewSet;

/// Makes a struct readable from a request's data, with all mistakes at once: take it as an argument
/// [`Validated<S>`](extractors::Validated). It can be nested in another, and in a `Vec` of another.
///
/// With `#[serializer(model = Note)]` the struct says how rows of a model are shown and read in another way than the model
/// itself: see [below](#of-a-model).
///
/// Each field takes the words of [`ModelViewSet`](derive@ModelViewSet). A field that is no `Option` and has
/// no default is required, in a PATCH as well: a struct cannot leave a field out. `#[serializer(validate = path)]` is DRF's
/// `validate`: `async fn(S, &Context<'_>) -> Result<S>`. `#[serializer(crate = path)]` says where the runtime is.
///
/// ```
/// use viewset_actix::prelude::*;
///
/// #[derive(Serializer)]
/// struct PasswordSerializer {
///     #[field(min_length = 8)]
///     password: String,
/// }
///
/// struct UserViewSet;
///
/// #[viewset(basename = "user")]
/// impl UserViewSet {
///     #[action(detail = true, methods = ["post"])]
///     async fn set_password(&self, data: Validated<PasswordSerializer>) -> Data<usize> {
///         Data(data.password.len())
///     }
/// }
/// ```
///
/// # Of a model
///
/// Each field is one of the model, by its name, or under another by `source = title`, with the model's rules and `validators` and
/// those that are added here (the `validate` hooks of a model are those of its own serializer). What is `write_only` in the model has
/// to be so here, or `write_only = false`. Or it is one of
/// these, which are shown and not read, but for rows that a client names by a field, a URL or keys:
///
/// | `#[field(…)]` | shows |
/// |---|---|
/// | `source = author.name` | a field of the row that a `related` key refers to |
/// | `source = author.name, slug_related` | the same, by which a client names the row, too |
/// | `nested` | that row, by the serializer that is the field's type; `source = author` if the field is called otherwise |
/// | `through = BookTag, source = book.tag` | a `Vec` of keys: of the rows of `BookTag` whose `book` is the row, the `tag` (many to many); a client may send it, `read_only` or not `required` |
/// | `slug_related, through = BookTag, source = book.tag.name` | the same tags by their `name`, by which a client names them, too; shown alone without `slug_related` |
/// | `hyperlink, through = BookTag, source = book.tag` | the same tags by their URLs, by which a client names them, too |
/// | `nested, through = BookTag, source = book.tag` | the same tags, by the serializer in the field's `Vec` |
/// | `nested, through = Loan, source = book` | the rows of `Loan` whose `book` is the row, by the serializer in the field's `Vec` |
/// | `through = Loan, source = book.due, read_only` | the same rows by one of their fields |
/// | `method` | what `Self::get_words(&note, req)` says, for a field `words` |
/// | `hyperlink` | the URL of the row, on the detail route of the viewset that is asked, if it has one, else of its model; `hyperlink = "note-detail"` on another |
/// | `source = author, hyperlink` | the URL of the row that a key refers to, by which a client names it, too, unless it is `read_only` |
///
/// Related rows are loaded for a whole page, by one query for each key. Those behind `through` come in the order of their keys;
/// where more than the key is shown of them, in that of their model, if it has one. Keys behind `through` are stored by
/// [`Model::create`](diesel::Model::create) and [`save`](diesel::Model::save), in one transaction with their row; what is
/// no longer sent is deleted from the table in between; who deletes the row itself needs `ON DELETE CASCADE` there, or gets a 409.
/// A serializer of nothing but fields of the model
/// selects these columns alone (but for pages by cursor, keyset or without a count). See `viewset`'s README for an example.
#[doc(inline)]
pub use viewset_core::Serializer;
