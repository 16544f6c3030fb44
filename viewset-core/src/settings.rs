//! The options that a viewset and each of its actions can set, in one grammar for both.
//!
//! An action's option holds for its route; what it leaves open is the viewset's, and what that leaves
//! open is the default (DRF's `api_settings`).

use crate::permissions::ErasedPermission;
use crate::renderers::Renderer;
use crate::request::RequestHead;
use crate::verb::Verb;

/// The policies of a viewset or of one action; `None` leaves the choice to the wider scope.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub struct Options {
    /// Who may: all of these have to agree. Default: everybody.
    pub permission_classes: Option<&'static [&'static dyn ErasedPermission]>,
    /// The formats that responses can have, the preferred one first. Default: JSON.
    pub renderer_classes: Option<&'static [&'static dyn Renderer]>,
    /// The methods that are answered at all. Default: all.
    pub http_method_names: Option<&'static [Verb]>,
}

impl Options {
    /// Nothing set.
    pub const fn new() -> Self {
        Self { permission_classes: None, renderer_classes: None, http_method_names: None }
    }

    /// Sets `permission_classes`.
    #[must_use]
    pub const fn permission_classes(
        mut self,
        classes: &'static [&'static dyn ErasedPermission],
    ) -> Self {
        self.permission_classes = Some(classes);
        self
    }

    /// Sets `renderer_classes`.
    #[must_use]
    pub const fn renderer_classes(mut self, classes: &'static [&'static dyn Renderer]) -> Self {
        self.renderer_classes = Some(classes);
        self
    }

    /// Sets `http_method_names`.
    #[must_use]
    pub const fn http_method_names(mut self, names: &'static [Verb]) -> Self {
        self.http_method_names = Some(names);
        self
    }

    /// These options, with those of `wider` where these say nothing.
    #[must_use]
    pub fn or(self, wider: Options) -> Self {
        Self {
            permission_classes: self.permission_classes.or(wider.permission_classes),
            renderer_classes: self.renderer_classes.or(wider.renderer_classes),
            http_method_names: self.http_method_names.or(wider.http_method_names),
        }
    }

    /// Whether requests with this method are answered at all.
    pub(crate) fn allows(&self, verb: Verb) -> bool {
        self.http_method_names.is_none_or(|names| names.contains(&verb))
    }
}

impl Default for Options {
    fn default() -> Self {
        Self::new()
    }
}

impl std::fmt::Debug for Options {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Options")
            .field("permission_classes", &self.permission_classes.map(<[_]>::len))
            .field("renderer_classes", &self.renderer_classes.map(<[_]>::len))
            .field("http_method_names", &self.http_method_names)
            .finish()
    }
}

impl RequestHead {
    /// The options that hold on this route: the action's over the viewset's.
    pub fn options(&self) -> &Options {
        &self.view().options
    }
}
