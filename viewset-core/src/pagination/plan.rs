//! Which rows make a page, and where its neighbours are.

use super::keyed::KeyedPlan;
use super::page::Links;
use crate::diesel::{Slice, Window};

/// What a paginator wants fetched, and how the neighbours follow from what was.
pub struct Plan(pub(super) Kind);

pub(super) enum Kind {
    Window {
        window: Window,
        links: LinksOf,
    },
    /// A stretch without a count: one row more than it has is fetched, and left out.
    OneMore {
        slice: Slice,
        links: Box<dyn FnOnce(bool) -> Links>,
    },
    Keyed(KeyedPlan),
}

/// The neighbours of a page.
type LinksOf = Box<dyn FnOnce(&Extent) -> Links>;

/// How much there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Extent {
    /// On all pages, where it was counted.
    pub count: Option<u64>,
    /// On this page.
    pub length: usize,
}

impl Plan {
    /// The rows of a window; `links` makes the neighbours. A counted window without rows is a 404.
    pub fn new(window: Window, links: impl FnOnce(&Extent) -> Links + 'static) -> Self {
        Self(Kind::Window { window, links: Box::new(links) })
    }

    /// A stretch without a count; `links` is told whether there is more behind it.
    pub fn with_one_more(slice: Slice, links: impl FnOnce(bool) -> Links + 'static) -> Self {
        Self(Kind::OneMore { slice, links: Box::new(links) })
    }

    pub(super) const fn keyed(plan: KeyedPlan) -> Self {
        Self(Kind::Keyed(plan))
    }
}

impl std::fmt::Debug for Plan {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match &self.0 {
            Kind::Window { .. } => "Plan::Window",
            Kind::OneMore { .. } => "Plan::OneMore",
            Kind::Keyed(_) => "Plan::Keyed",
        })
    }
}
