//! The serializer of a request: chosen by the action, the viewset or `get_serializer_class`, and bound to
//! the request by `get_serializer`.

use std::any::Any;
use std::fmt;
use std::future::Future as _;
use std::marker::PhantomData;
use std::pin::pin;
use std::task::{self, Poll, Waker};

use diesel::QueryResult;
use futures_core::future::LocalBoxFuture;

use super::model_serializer::{Represented, represent_many, represent_one};
use super::{Context, Field, FieldValue, ModelSerializer, Value, numbered};
use crate::diesel::{Backend, Input, Model, Operand, Query, Via, Window, Write};
use crate::error::{Error, ErrorDetail, MOST_ERRORS, Result};
use crate::renderers::RawJson;
use crate::request::{Request, RequestHead};

/// The object-safe twin of [`ModelSerializer`].
pub trait ErasedSerializer<M: Model>: Sync {
    #[doc(hidden)]
    fn fields(&self) -> &'static [Field];
    #[doc(hidden)]
    fn is_direct(&self) -> bool;
    #[doc(hidden)]
    fn shows_columns(&self) -> bool;
    #[doc(hidden)]
    fn fetch<'a>(
        &self,
        query: Query<M>,
        window: Window,
        req: &'a Request,
    ) -> LocalBoxFuture<'a, Result<Represented>>;
    #[doc(hidden)]
    fn find<'a>(
        &self,
        key: Operand<Backend<M>>,
        req: &'a Request,
    ) -> LocalBoxFuture<'a, Result<Option<RawJson>>>;
    #[doc(hidden)]
    fn store<'a>(
        &self,
        write: Write<Backend<M>>,
        via: Via<'a, M::Connection>,
    ) -> LocalBoxFuture<'a, QueryResult<Option<RawJson>>>;
    #[doc(hidden)]
    fn one<'a>(&self, instance: &'a M, req: &'a Request) -> LocalBoxFuture<'a, Result<RawJson>>;
    #[doc(hidden)]
    fn many<'a>(&self, instances: &'a [M], req: &'a Request)
    -> LocalBoxFuture<'a, Result<RawJson>>;
    #[doc(hidden)]
    fn validate<'a>(
        &self,
        data: &'a Value,
        ctx: Context<'a>,
    ) -> LocalBoxFuture<'a, Result<Input<M>>>;
    /// The same without a box; `None` where it has to wait for something.
    #[doc(hidden)]
    fn validate_at_once(&self, data: &Value, ctx: Context<'_>) -> Option<Result<Input<M>>>;
}

/// A serializer as a value.
struct Of<S>(PhantomData<fn() -> S>);

impl<S: ModelSerializer> ErasedSerializer<S::Model> for Of<S> {
    fn fields(&self) -> &'static [Field] {
        S::SERIALIZER_FIELDS
    }

    fn is_direct(&self) -> bool {
        S::DIRECT
    }

    fn shows_columns(&self) -> bool {
        S::SHOWS_COLUMNS
    }

    fn fetch<'a>(
        &self,
        query: Query<S::Model>,
        window: Window,
        req: &'a Request,
    ) -> LocalBoxFuture<'a, Result<Represented>> {
        Box::pin(S::fetch_represented(query, window, req))
    }

    fn find<'a>(
        &self,
        key: Operand<Backend<S::Model>>,
        req: &'a Request,
    ) -> LocalBoxFuture<'a, Result<Option<RawJson>>> {
        Box::pin(S::find_represented(key, req))
    }

    fn store<'a>(
        &self,
        write: Write<Backend<S::Model>>,
        via: Via<'a, <S::Model as Model>::Connection>,
    ) -> LocalBoxFuture<'a, QueryResult<Option<RawJson>>> {
        Box::pin(S::store_represented(write, via))
    }

    fn one<'a>(
        &self,
        instance: &'a S::Model,
        req: &'a Request,
    ) -> LocalBoxFuture<'a, Result<RawJson>> {
        Box::pin(represent_one::<S>(instance, req))
    }

    fn many<'a>(
        &self,
        instances: &'a [S::Model],
        req: &'a Request,
    ) -> LocalBoxFuture<'a, Result<RawJson>> {
        Box::pin(represent_many::<S>(instances, req))
    }

    fn validate<'a>(
        &self,
        data: &'a Value,
        ctx: Context<'a>,
    ) -> LocalBoxFuture<'a, Result<Input<S::Model>>> {
        Box::pin(async move { S::validate(data, &ctx).await })
    }

    fn validate_at_once(&self, data: &Value, ctx: Context<'_>) -> Option<Result<Input<S::Model>>> {
        let mut cx = task::Context::from_waker(Waker::noop());
        match pin!(S::validate(data, &ctx)).poll(&mut cx) {
            Poll::Ready(validated) => Some(validated),
            Poll::Pending => None,
        }
    }
}

/// Which serializer shows and reads the rows of a model; the answer of `get_serializer_class`.
///
/// ```text
/// fn get_serializer_class(&self, req: &Request) -> SerializerClass<Note> {
///     match req.action() {
///         Some("list") => SerializerClass::new::<NoteTitle>(),
///         _ => SerializerClass::of(req),
///     }
/// }
/// ```
pub struct SerializerClass<M: Model>(&'static dyn ErasedSerializer<M>);

impl<M: Model> Clone for SerializerClass<M> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M: Model> Copy for SerializerClass<M> {}

impl<M: Model> fmt::Debug for SerializerClass<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.fields().iter().map(|field| field.name)).finish()
    }
}

impl<M: Model> SerializerClass<M> {
    /// The serializer `S`.
    #[must_use]
    pub const fn new<S: ModelSerializer<Model = M>>() -> Self {
        Self(const { &Of::<S>(PhantomData) })
    }

    /// The `serializer_class` that holds on the route of a request: the action's, else the viewset's, else
    /// the model itself.
    #[must_use]
    pub fn of(req: &RequestHead) -> Self {
        let chosen = req.options().serializer_class.and_then(|class| class.about_model());
        chosen.and_then(|class| class.downcast_ref()).copied().unwrap_or_else(Self::new::<M>)
    }

    /// The fields of input and output.
    #[must_use]
    pub fn fields(&self) -> &'static [Field] {
        self.0.fields()
    }

    pub(crate) fn get(self) -> &'static dyn ErasedSerializer<M> {
        self.0
    }
}

/// A serializer that an option names, whatever it is about. Implemented by `#[derive(Serializer)]` and
/// `#[derive(ModelViewSet)]`.
pub trait SerializerOption: Sync {
    /// Its fields, for OPTIONS.
    fn fields(&self) -> &'static [Field];

    /// Its `SerializerClass`, if it is about a model.
    fn about_model(&self) -> Option<&'static dyn Any> {
        None
    }
}

/// What generated code names for `serializer_class = …`.
pub trait SerializerInfo {
    /// The serializer as an option.
    const OPTION: &'static dyn SerializerOption;
}

/// A serializer about a model, as an option.
pub struct AboutModel<S>(PhantomData<fn() -> S>);

impl<S> AboutModel<S> {
    /// The option.
    #[expect(clippy::new_without_default, reason = "it is for constants")]
    pub const fn new() -> Self {
        Self(PhantomData)
    }
}

impl<S: ModelSerializer> SerializerOption for AboutModel<S> {
    fn fields(&self) -> &'static [Field] {
        S::SERIALIZER_FIELDS
    }

    fn about_model(&self) -> Option<&'static dyn Any> {
        Some(const { &SerializerClass::<S::Model>::new::<S>() })
    }
}

/// A serializer that is a plain struct, as an option.
pub struct Plain<S>(PhantomData<fn() -> S>);

impl<S> Plain<S> {
    /// The option.
    #[expect(clippy::new_without_default, reason = "it is for constants")]
    pub const fn new() -> Self {
        Self(PhantomData)
    }
}

impl<S: super::Serializer> SerializerOption for Plain<S> {
    fn fields(&self) -> &'static [Field] {
        S::FIELDS
    }
}

fn of_list(text: String, code: &'static str) -> Error {
    ErrorDetail::field("non_field_errors", text, code).into()
}

fn null_item() -> Error {
    Error::validation(ErrorDetail::message("This field may not be null.", "null"))
}

impl Request {
    /// A serializer for rows of a model, bound to this request: `req.get_serializer::<UserRef>()`. Viewsets with
    /// a model have [`get_serializer`](crate::generics::GenericViewSet::get_serializer), which chooses.
    #[must_use]
    pub fn get_serializer<S: ModelSerializer>(&self) -> BoundSerializer<'_, S::Model> {
        BoundSerializer::new(SerializerClass::new::<S>(), self)
    }
}

/// The key of the user who sent the request, as a default: `default_with = current_user` (DRF's
/// `CurrentUserDefault`).
///
/// # Errors
///
/// 401 if nobody is logged in; 500 if the key is of another type than the field.
pub fn current_user<T: FieldValue>(ctx: &Context<'_>) -> Result<T> {
    let user = ctx.request()?.auth_user().ok_or_else(Error::not_authenticated)?;
    T::from_lookup(&user.pk()).map_err(Error::internal)
}

/// The serializer of a request, bound to it (DRF's `get_serializer`).
pub struct BoundSerializer<'r, M: Model> {
    class: SerializerClass<M>,
    ctx: Context<'r>,
    req: &'r Request,
}

impl<M: Model> Clone for BoundSerializer<'_, M> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M: Model> Copy for BoundSerializer<'_, M> {}

impl<M: Model> fmt::Debug for BoundSerializer<'_, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("BoundSerializer").field(&self.class).finish()
    }
}

impl<'r, M: Model> BoundSerializer<'r, M> {
    /// This serializer for this request.
    #[must_use]
    pub fn new(class: SerializerClass<M>, req: &'r Request) -> Self {
        Self { class, ctx: Context::new(req), req }
    }

    /// For a change of this object: its own unique values are no hindrance.
    #[must_use]
    pub fn instance(mut self, instance: &'r M) -> Self {
        self.ctx = self.ctx.with_instance(instance);
        self
    }

    /// Whether fields may be left out, as in PATCH.
    #[must_use]
    pub fn partial(mut self, partial: bool) -> Self {
        self.ctx = self.ctx.partial(partial);
        self
    }

    /// Whether the database can judge the input in the statement that stores it.
    pub(crate) fn is_direct(self) -> bool {
        self.class.0.is_direct()
    }

    /// For such a statement: a new row, or a change of one that is not at hand.
    pub(crate) fn left_to_the_database(mut self, change: bool) -> Self {
        self.ctx = self.ctx.left_to_the_database(change);
        self
    }

    /// Stores a row with such a statement, and shows it; `None` if it was not stored.
    pub(crate) async fn store(
        self,
        write: Write<Backend<M>>,
        via: Via<'_, M::Connection>,
    ) -> QueryResult<Option<RawJson>> {
        self.class.0.store(write, via).await
    }

    /// Whether a row can be shown as it is read back when it is stored.
    pub(crate) fn shows_what_is_stored(self) -> bool {
        self.class.0.shows_columns() && !M::SHOWS_AS_SENT
    }

    /// Validates the body of the request (DRF's `is_valid(raise_exception=True)`).
    ///
    /// # Errors
    ///
    /// 400 with the messages of all fields; what is wrong with the body as such.
    pub async fn validate(self) -> Result<Input<M>> {
        self.class.0.validate(self.req.data().await?, self.ctx).await
    }

    /// What the body of the request sets, if it is there and valid and nobody has to be asked.
    pub(crate) fn validated_at_once(self) -> Option<Input<M>> {
        self.class.0.validate_at_once(self.req.data.get()?, self.ctx)?.ok()
    }

    /// Validates a list in the body, each item on its own (DRF's `many=True`, row S15).
    ///
    /// # Errors
    ///
    /// 400 with the messages of all items by their places.
    pub async fn validate_many(self) -> Result<Vec<Input<M>>> {
        let items = match self.req.data().await? {
            Value::List(items) => items,
            Value::Form(form) => &numbered(form, ""),
            Value::Null => return Err(of_list("No data provided".to_owned(), "null")),
            other => {
                let name = other.type_name();
                let text = format!("Expected a list of items but got type \"{name}\".");
                return Err(of_list(text, "not_a_list"));
            }
        };
        let (mut inputs, mut errors) = (Vec::with_capacity(items.len()), Vec::new());
        for (place, item) in items.iter().enumerate() {
            if errors.len() == MOST_ERRORS {
                break;
            }
            let validated = match item {
                Value::Null => Err(null_item()),
                item => self.validate_data(item).await,
            };
            match validated.map_err(Error::into_validation) {
                Ok(input) => inputs.push(input),
                Err(error) => errors.push((place.to_string().into(), error?)),
            }
        }
        if errors.is_empty() { Ok(inputs) } else { Err(ErrorDetail::Map(errors).into()) }
    }

    /// Validates other data, such as an item of a list.
    ///
    /// # Errors
    ///
    /// 400 with the messages of all fields.
    pub async fn validate_data(self, data: &Value) -> Result<Input<M>> {
        self.class.0.validate(data, self.ctx).await
    }

    /// The representation of an object, to be answered with (DRF's `serializer.data`).
    ///
    /// # Errors
    ///
    /// A relation that cannot be loaded.
    pub async fn data(self, instance: &M) -> Result<RawJson> {
        self.class.0.one(instance, self.req).await
    }

    /// The representation of several objects, as a list.
    ///
    /// # Errors
    ///
    /// A relation that cannot be loaded.
    pub async fn data_many(self, instances: &[M]) -> Result<RawJson> {
        self.class.0.many(instances, self.req).await
    }

    /// Fetches the rows of a query, all of them, and represents them as a list.
    ///
    /// # Errors
    ///
    /// The database's.
    pub async fn fetch(self, query: Query<M>) -> Result<RawJson> {
        let fetched = self.class.0.fetch(query, Window::All, self.req).await?;
        Ok(fetched.results.unwrap_or_else(RawJson::empty_list))
    }
}
