//! What a viewset is: its static data, its table of actions, and the hooks of dispatch.
//!
//! `#[viewset]` implements these traits; [`ModelViewSet`] and [`ReadOnlyModelViewSet`] are made with the
//! same macro, as users make bases of their own.

pub(crate) mod names;
mod ready_made;

pub use ready_made::{ModelViewSet, ReadOnlyModelViewSet};

use std::future::Future;

use crate::actions::{Action, ActionMeta, Kind, Row};
use crate::authentication::Authenticators;
use crate::diesel::{DbConnection, Model};
use crate::error::{Error, Result};
use crate::filters::ErasedFilterBackend;
use crate::generics::GenericViewSet;
use crate::negotiation::ContentNegotiation;
use crate::parsers::Parsers;
use crate::permissions::{ErasedPermission, Permissions};
use crate::renderers::Renderers;
use crate::request::{Request, RequestHead};
use crate::response::Response;
use crate::routers::{AsView, StateMap};
use crate::serializers::{Field, SerializerOption};
use crate::settings::{Options, each_option, option_setters};
use crate::throttling::Throttles;
use crate::verb::Verb;

/// The static data of a viewset: what was written in `#[viewset(...)]`.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct ViewSetMeta {
    /// The name of the type.
    pub class_name: &'static str,
    /// The doc comment of the impl block.
    pub doc: &'static str,
    /// The basename, if it was given.
    pub basename: Option<&'static str>,
    /// The field that finds the object: `pk`, or the name of a field of the model.
    pub lookup_field: &'static str,
    /// The URL keyword argument that holds the lookup value, if it has another name.
    pub lookup_url_kwarg: Option<&'static str>,
    /// The regex that a lookup value in a URL has to match.
    pub lookup_value_regex: &'static str,
    /// The options of the viewset.
    pub options: Options,
}

impl ViewSetMeta {
    /// A viewset with the defaults.
    pub const fn new(class_name: &'static str) -> Self {
        Self {
            class_name,
            doc: "",
            basename: None,
            lookup_field: "pk",
            lookup_url_kwarg: None,
            lookup_value_regex: "[^/.]+",
            options: Options::new(),
        }
    }

    /// Sets the doc comment.
    #[must_use]
    pub const fn description(mut self, doc: &'static str) -> Self {
        self.doc = doc;
        self
    }

    /// Sets the basename.
    #[must_use]
    pub const fn basename(mut self, basename: &'static str) -> Self {
        self.basename = Some(basename);
        self
    }

    /// Sets the lookup field.
    #[must_use]
    pub const fn lookup_field(mut self, field: &'static str) -> Self {
        self.lookup_field = field;
        self
    }

    /// Sets the URL keyword argument of the lookup.
    #[must_use]
    pub const fn lookup_url_kwarg(mut self, kwarg: &'static str) -> Self {
        self.lookup_url_kwarg = Some(kwarg);
        self
    }

    /// Sets the regex of lookup values.
    #[must_use]
    pub const fn lookup_value_regex(mut self, regex: &'static str) -> Self {
        self.lookup_value_regex = regex;
        self
    }

    each_option!(option_setters);

    const fn options_mut(&mut self) -> &mut Options {
        &mut self.options
    }

    /// Sets `permission_classes`, typed by what they are about.
    #[must_use]
    pub const fn permissions<V: ViewSet, const N: usize>(
        self,
        list: PermissionArray<V, N>,
    ) -> Self {
        self.permission_classes(list)
    }

    /// Sets `filter_backends`, typed by what they are about.
    #[must_use]
    pub const fn backends<V: GenericViewSet, const N: usize>(
        self,
        list: BackendArray<V, N>,
    ) -> Self {
        self.filter_backends(list)
    }

    /// The name of the URL keyword argument that holds the lookup value.
    pub const fn lookup_kwarg(&self) -> &'static str {
        match self.lookup_url_kwarg {
            Some(kwarg) => kwarg,
            None => self.lookup_field,
        }
    }
}

/// Permissions for the objects of a viewset.
type PermissionArray<V, const N: usize> =
    &'static [&'static dyn ErasedPermission<<V as ViewSet>::Object>; N];

/// Filter backends for the rows of a viewset.
type BackendArray<V, const N: usize> =
    &'static [&'static dyn ErasedFilterBackend<<V as GenericViewSet>::Model>; N];

impl<V: GenericViewSet> Row<V> {
    /// Sets `filter_backends`, typed by what they are about.
    #[must_use]
    pub const fn backends<const N: usize>(self, list: BackendArray<V, N>) -> Self {
        self.filter_backends(list)
    }
}

impl<V: ViewSet> Row<V> {
    /// Sets `permission_classes`, typed by what they are about.
    #[must_use]
    pub const fn permissions<const N: usize>(self, list: PermissionArray<V, N>) -> Self {
        self.permission_classes(list)
    }
}

/// A group of actions with one set of policies (DRF's `ViewSet`). Implemented by `#[viewset]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a viewset",
    note = "put `#[viewset]` on an impl block of it"
)]
pub trait ViewSet: Sized + Send + Sync + 'static {
    /// Its static data.
    const META: ViewSetMeta;
    /// What its object permissions are about: its model, `()` without one.
    type Object: 'static;
    /// Its table: the actions of its mixins, then its own; of two with one name the later one holds.
    const ACTIONS: &'static [&'static [Action<Self>]];

    /// What the router has to know for this viewset to work, such as a database.
    fn requirements(_list: &mut Requirements) {}

    /// The parsers of this request. Default: [`Parsers::of`]. The action is not known yet.
    fn get_parsers(&self, req: &RequestHead) -> Parsers {
        Parsers::of(req)
    }

    /// The authenticators of this request. Default: [`Authenticators::of`]. The action is not known yet.
    fn get_authenticators(&self, req: &RequestHead) -> Authenticators {
        Authenticators::of(req)
    }

    /// How the renderer and the parser of this request are chosen. Default:
    /// `<dyn ContentNegotiation>::of(req)`. The action is not known yet.
    fn get_content_negotiator(&self, req: &RequestHead) -> &'static dyn ContentNegotiation {
        <dyn ContentNegotiation>::of(req)
    }

    /// The renderers of this request. Default: [`Renderers::of`].
    fn get_renderers(&self, req: &Request) -> Renderers {
        Renderers::of(req)
    }

    /// The permissions of this request. Default: [`Permissions::of`], the `permission_classes` of the
    /// action or the viewset; an override that does not ask for these leaves them out (DRF B9).
    fn get_permissions(&self, req: &Request) -> Permissions<Self::Object> {
        Permissions::of(req)
    }

    /// The throttles of this request. Default: [`Throttles::of`].
    fn get_throttles(&self, req: &Request) -> Throttles {
        Throttles::of(req)
    }

    /// Asks the permissions of this request about an object. `get_object` does it; who finds an object
    /// in another way calls this (DRF D7).
    ///
    /// # Errors
    ///
    /// 403, or 401 where somebody has to authenticate first.
    fn check_object_permissions(
        &self,
        req: &Request,
        object: &Self::Object,
    ) -> impl Future<Output = Result<()>> {
        async move {
            let permissions = self.get_permissions(req);
            if permissions.is_empty() {
                return Ok(());
            }
            permissions.check_object(req, object).await
        }
    }

    /// The name in OPTIONS. Default: the action's, else the type's with its suffix (DRF A16).
    fn get_view_name(&self, req: &Request) -> String {
        names::display_name(req.name(), Self::META.class_name, req.suffix())
    }

    /// The description in OPTIONS. Default: the action's doc comment, else the viewset's.
    fn get_view_description(&self, req: &Request) -> String {
        req.description().unwrap_or(Self::META.doc).to_owned()
    }

    /// The answer to an error of any stop of the request. Default: the router's `exception_handler`,
    /// which is DRF's if it was not replaced. An error in its place is a 500 that only the log knows.
    fn handle_exception(&self, req: &Request, error: Error) -> Result<Response> {
        (req.router().settings.exception_handler)(req, error)
    }

    /// A last change to every response, also of errors and OPTIONS; not to a 500 that nobody handled.
    fn finalize_response(&self, _req: &Request, response: Response) -> Response {
        response
    }

    /// Not public API. Implemented by generated code: the options that the model has.
    #[doc(hidden)]
    const MODEL_OPTIONS: Options = Options::new();

    /// Not public API. Implemented by generated code: the fields that OPTIONS tells; `None` without a
    /// serializer.
    #[doc(hidden)]
    fn serializer_fields(&self, req: &Request) -> Option<&'static [Field]> {
        req.options().serializer_class.map(|class| class.fields())
    }

    /// Not public API. Implemented by generated code: whether a serializer that an option names can show the objects;
    /// one that is about no model is the action's own.
    #[doc(hidden)]
    fn fits(_serializer: &dyn SerializerOption) -> bool {
        true
    }

    /// Not public API. Implemented by generated code: whether rows can be sorted by fields of other models.
    #[doc(hidden)]
    fn sorts_by_relations(_options: &Options) -> bool {
        false
    }

    /// Not public API. Implemented by generated code: whether there is the object of a detail route.
    #[doc(hidden)]
    fn find_object(&self, _req: &Request) -> impl Future<Output = Result<()>> {
        async { Err(Error::not_found()) }
    }

    /// The extra actions in alphabetical order, those of mixins included (DRF A17).
    fn get_extra_actions() -> Vec<&'static ActionMeta> {
        extra_actions::<Self>()
    }

    /// A view of some of the actions, bound to methods by hand; for URLs that no router makes. The
    /// options of an action do not hold then, only the viewset's (DRF A2, A12).
    ///
    /// ```
    /// # use viewset_core::{viewsets::ViewSet, routers::SimpleRouter, renderers::Data};
    /// # struct UserViewSet;
    /// # #[viewset_core::viewset(crate = viewset_core)]
    /// # impl UserViewSet { async fn list(&self) -> Data<u8> { Data(1) } }
    /// let view = UserViewSet.as_view([("get", "list")]).basename("user");
    /// let router = <SimpleRouter>::new().path("people/", view).build()?;
    /// # Ok::<(), viewset_core::routers::BuildError>(())
    /// ```
    #[expect(clippy::wrong_self_convention, reason = "it is DRF's name")]
    fn as_view<const N: usize>(self, actions: [(&'static str, &'static str); N]) -> AsView {
        AsView::new(self, &actions)
    }
}

/// The rows that count: of several with one name the last.
pub(crate) fn rows<V: ViewSet>() -> Vec<&'static Action<V>> {
    let mut rows: Vec<&'static Action<V>> = Vec::new();
    for row in V::ACTIONS.iter().flat_map(|table| table.iter()) {
        match rows.iter_mut().find(|known| known.meta.name == row.meta.name) {
            Some(known) => *known = row,
            None => rows.push(row),
        }
    }
    rows
}

pub(crate) fn extra_actions<V: ViewSet>() -> Vec<&'static ActionMeta> {
    let mut metas = Vec::new();
    for row in rows::<V>() {
        metas.push(&row.meta);
    }
    extra(metas)
}

/// The extra actions among these, by name. Compiled once, and not for each viewset.
fn extra(mut metas: Vec<&'static ActionMeta>) -> Vec<&'static ActionMeta> {
    metas.retain(|meta| meta.kind == Kind::Extra);
    metas.sort_by_key(|meta| meta.name);
    metas
}

/// What a viewset needs from its router; filled by generated code, checked by `build()`.
#[derive(Default)]
pub struct Requirements {
    pub(crate) models: Vec<ModelRequirement>,
}

pub(crate) struct ModelRequirement {
    pub(crate) name: &'static str,
    pub(crate) fields: &'static [Field],
    pub(crate) database: &'static str,
    pub(crate) is_met: fn(&StateMap) -> bool,
}

impl Requirements {
    /// The viewset serves this model, from its database.
    pub fn model<M: Model>(&mut self) {
        self.models.push(ModelRequirement {
            name: M::NAME,
            fields: M::FIELDS,
            database: <M::Connection as DbConnection>::NAME,
            is_met: |state| state.get::<crate::diesel::Database<M::Connection>>().is_some(),
        });
    }
}

/// A pair of a method and the name of its action.
pub(crate) type Binding = (Verb, &'static str);
