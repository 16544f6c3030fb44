//! The options that a router, a viewset and each of its actions can set, in one grammar for all.
//!
//! An action's option holds for its route; what it leaves open is the viewset's, what that leaves open
//! the router's, and what that leaves open is the default (DRF's `api_settings`).

use std::any::Any;

use crate::request::RequestHead;
use crate::verb::Verb;

/// Every option with its type, for a macro that makes something of each: the struct below, and the setters
/// of whatever carries options.
macro_rules! each_option {
    ($make:ident) => {
        $make! {
            /// How it is found out who asks; the first that knows wins. Default: nobody is asked.
            authentication_classes: &'static [&'static dyn $crate::authentication::ErasedAuthentication],
            /// Who may: all of these have to agree. Default: everybody.
            permission_classes: &'static dyn $crate::permissions::PermissionSet,
            /// How often: all of these have to agree. Default: no limit.
            throttle_classes: &'static [&'static dyn $crate::throttling::ErasedThrottle],
            /// The scope that `ScopedRateThrottle` counts in. Default: none.
            throttle_scope: &'static str,
            /// The formats that bodies can have. Default: JSON, form, multipart.
            parser_classes: &'static [&'static dyn $crate::parsers::ErasedParser],
            /// The formats that responses can have, the preferred one first. Default: JSON.
            renderer_classes: &'static [&'static dyn $crate::renderers::Renderer],
            /// How renderer and parser are chosen. Default: DRF's way.
            content_negotiation_class: &'static dyn $crate::negotiation::ContentNegotiation,
            /// How the version is found; `Some(None)` is none. Default: none.
            versioning_class: Option<&'static dyn $crate::versioning::ErasedVersioning>,
            /// What answers OPTIONS; `Some(None)` is nothing: 405. Default: DRF's `SimpleMetadata`.
            metadata_class: Option<&'static dyn $crate::metadata::ErasedMetadata>,
            /// How rows are shown and read. Default: the model's own.
            serializer_class: &'static dyn $crate::serializers::SerializerOption,
            /// How lists are cut into pages; `Some(None)` is not at all. Default: not at all.
            pagination_class: Option<&'static dyn $crate::pagination::Pagination>,
            /// What narrows lists down. Default: whatever the options below have fields for.
            filter_backends: &'static dyn $crate::settings::AnyList,
            /// The fields that `?search=` looks into. Default: the model's.
            search_fields: &'static dyn $crate::settings::AnyList,
            /// The parameters that filter. Default: the model's.
            filterset_fields: &'static dyn $crate::settings::AnyList,
            /// The fields that `?ordering=` takes. Default: the model's.
            ordering_fields: &'static dyn $crate::settings::AnyList,
            /// The order where `?ordering=` asks for none. Default: the queryset's own.
            ordering: &'static dyn $crate::settings::AnyList,
            /// The methods that are answered at all. Default: all.
            http_method_names: &'static [$crate::verb::Verb],
        }
    };
}

/// A list whose items only those know who made it; the options of a viewset carry what is about its model.
pub trait AnyList: Sync {
    #[doc(hidden)]
    fn item(&self, place: usize) -> Option<&dyn Any>;
}

impl<T: Any + Sync, const N: usize> AnyList for [T; N] {
    fn item(&self, place: usize) -> Option<&dyn Any> {
        self.get(place).map(|item| item as &dyn Any)
    }
}

/// The items of a list that are of a type.
pub(crate) fn items<T: Any>(list: &'static dyn AnyList) -> impl Iterator<Item = &'static T> {
    let all = (0..).map_while(|place| list.item(place));
    all.filter_map(|item| item.downcast_ref())
}

/// A setter for each option, for a builder with a `const fn options_mut`.
macro_rules! option_setters {
    ($($(#[$doc:meta])* $name:ident: $type:ty,)*) => {$(
        #[doc = concat!("Sets `", stringify!($name), "`.")]
        #[must_use]
        pub const fn $name(mut self, value: $type) -> Self {
            self.options_mut().$name = Some(value);
            self
        }
    )*};
}

pub(crate) use {each_option, option_setters};

macro_rules! options {
    ($($(#[$doc:meta])* $name:ident: $type:ty,)*) => {
        /// The policies of a router, a viewset or one action; `None` leaves the choice to the wider
        /// scope.
        #[derive(Clone, Copy)]
        #[non_exhaustive]
        pub struct Options {
            $($(#[$doc])* pub $name: Option<$type>,)*
        }

        impl Options {
            /// Nothing set.
            pub const fn new() -> Self {
                Self { $($name: None),* }
            }

            each_option!(option_setters);

            const fn options_mut(&mut self) -> &mut Self {
                self
            }

            /// These options, with those of `wider` where these say nothing.
            #[must_use]
            pub fn or(self, wider: Options) -> Self {
                Self { $($name: self.$name.or(wider.$name)),* }
            }

            /// The names of those that are set.
            fn names(&self) -> impl Iterator<Item = &'static str> {
                [$(self.$name.is_some().then_some(stringify!($name))),*].into_iter().flatten()
            }
        }
    };
}

each_option!(options);

impl Options {
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
        f.debug_list().entries(self.names()).finish()
    }
}

impl RequestHead {
    /// The options that hold on this route: the action's over the viewset's over the router's.
    pub fn options(&self) -> &Options {
        &self.view().options
    }
}
