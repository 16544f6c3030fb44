//! Who asked last, and who has not asked for the longest time: one list for each period.
//!
//! Clients of one period expire in the order in which they asked, so a look at the end of each list
//! finds what has expired, without a search and without a background task.

use crate::throttling::rate::Period;

const LISTS: usize = Period::ALL.len();

/// The lists, as rings of links; the first links are the lists themselves, so that no ring is ever empty.
pub(super) struct Recency(Vec<Link>);

#[derive(Clone, Copy)]
struct Link {
    newer: u32,
    older: u32,
}

impl Default for Recency {
    fn default() -> Self {
        Self((0..LISTS as u32).map(Link::alone).collect())
    }
}

impl Link {
    fn alone(at: u32) -> Self {
        Self { newer: at, older: at }
    }
}

impl Recency {
    /// Makes a client the newest of the list of `period`, wherever it was before. A client that was
    /// never here is numbered one above the highest.
    pub(super) fn touch(&mut self, client: u32, period: Period) {
        let (at, list) = (client + LISTS as u32, period as u32);
        if at as usize == self.0.len() {
            self.0.push(Link::alone(at));
        }
        if self.link(list).older == at {
            return;
        }
        self.remove(client);
        let second = self.link(list).older;
        self.0[at as usize] = Link { newer: list, older: second };
        self.0[second as usize].newer = at;
        self.0[list as usize].older = at;
    }

    /// Takes a client out of its list.
    pub(super) fn remove(&mut self, client: u32) {
        let at = client + LISTS as u32;
        let Link { newer, older } = self.link(at);
        self.0[newer as usize].older = older;
        self.0[older as usize].newer = newer;
        self.0[at as usize] = Link::alone(at);
    }

    /// The client of the list that has not asked for the longest time.
    pub(super) fn oldest(&self, period: Period) -> Option<u32> {
        self.link(period as u32).newer.checked_sub(LISTS as u32)
    }

    fn link(&self, at: u32) -> Link {
        self.0[at as usize]
    }
}
