//! From registered viewsets to a table of routes (DRF's `SimpleRouter` and `DefaultRouter`).
//!
//! Routes are data ([`Route`], [`DynamicRoute`]) and a loop (`table`); `build` checks everything that
//! only shows when tables meet. What happens to a request after its route is found is the business of
//! `crate::views`.

mod api_root;
mod build;
mod builder;
mod configure;
mod discover;
mod erased;
mod names;
mod pattern;
mod percent;
mod registry;
mod router;
mod settings;
mod state;
mod table;
pub(crate) mod tree;
mod view;

pub use build::BuildError;
pub use builder::{DefaultRouter, RouterBuilder, SimpleRouter, WithRoot};
pub use discover::Discovered;
pub(crate) use pattern::ESCAPED;
pub use pattern::{FillError, Part, Pattern, PatternError, RegexToken, regex_tokens};
pub use percent::decode_path;
pub use registry::Registry;
pub use settings::{DEFAULT_BODY_LIMIT, DEFAULT_BODY_TIMEOUT, DEFAULT_UPLOAD_LIMIT};
pub(crate) use state::StateMap;
pub use table::{DynamicRoute, Route, RouteTemplate};
pub use view::AsView;

pub use router::{Recognized, RouteInfo, Router};

pub use crate::views::Dispatch;

pub(crate) use erased::Policies;
pub(crate) use router::{Mounted, RouterInner};
pub(crate) use view::View;
