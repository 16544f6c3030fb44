//! Who has a connection and who waits for one. A connection to a server belongs to the runtime that drives it, so each
//! worker has a side of its own; what there may be in all is divided among them as they need it.

use std::collections::{HashMap, VecDeque};

use tokio::runtime::Id;
use tokio::sync::oneshot;

use super::{Member, Seat};
use crate::diesel::backend::DbConnection;

/// In so long a line those who have gone away are looked for.
const LONG_LINE: usize = 1024;

/// The seats of a pool.
pub(super) struct Seats<C: DbConnection> {
    /// By the runtime; `None` for connections that belong to none.
    sides: HashMap<Option<Id>, Side<C>>,
    /// How many connections there are, and may be.
    open: usize,
    most: usize,
    /// How often connections were found lost. Those that were opened before the last time are not used again.
    losses: u64,
}

/// The connections of a runtime.
struct Side<C: DbConnection> {
    idle: Vec<Member<C>>,
    /// How many there are, those that are out included.
    open: usize,
    waiting: VecDeque<oneshot::Sender<Seat<C>>>,
}

impl<C: DbConnection> Default for Side<C> {
    fn default() -> Self {
        Self { idle: Vec::new(), open: 0, waiting: VecDeque::new() }
    }
}

/// What somebody gets who comes for a connection.
pub(super) enum Entry<C: DbConnection> {
    /// One that is open.
    Open(Member<C>),
    /// The right to open one.
    Free,
    /// A place in the line.
    Line(oneshot::Receiver<Seat<C>>),
}

/// Somebody who waited, and what he gets: a connection, or the right to open one. It is handed over once the seats are
/// unlocked, for who has gone away gives it back at once.
pub(super) struct Next<C: DbConnection> {
    pub(super) who: oneshot::Sender<Seat<C>>,
    pub(super) home: Option<Id>,
    pub(super) member: Option<Member<C>>,
}

impl<C: DbConnection> Seats<C> {
    pub(super) fn new(most: usize) -> Self {
        Self { sides: HashMap::new(), open: 0, most, losses: 0 }
    }

    pub(super) fn losses(&self) -> u64 {
        self.losses
    }

    /// Somebody of this runtime wants a connection.
    pub(super) fn enter(&mut self, home: Option<Id>) -> Entry<C> {
        self.sides.entry(home).or_default();
        self.close_the_lost();
        let share = self.share();
        let Some(side) = self.sides.get_mut(&home) else { return Entry::Free };
        if let Some(member) = side.idle.pop() {
            return Entry::Open(member);
        }
        if self.open < self.most {
            side.open += 1;
            self.open += 1;
            return Entry::Free;
        }
        if side.open < share && self.close_an_idle_one() {
            self.open += 1;
            self.side(home).open += 1;
            return Entry::Free;
        }
        let (sender, receiver) = oneshot::channel();
        let waiting = &mut self.side(home).waiting;
        if waiting.len() >= LONG_LINE {
            waiting.retain(|who| !who.is_closed());
        }
        waiting.push_back(sender);
        Entry::Line(receiver)
    }

    /// A connection comes back, or a right that was not used; who gets it next.
    pub(super) fn leave(&mut self, home: Option<Id>, member: Option<Member<C>>) -> Option<Next<C>> {
        if let Some(member) = &member
            && member.in_flight.is_lost()
        {
            self.losses = self.losses.max(member.opened + 1);
        }
        let losses = self.losses;
        let useful = member.filter(|member| member.opened == losses && !member.in_flight.is_lost());
        let share = self.share();
        let has_less = |side: &Side<C>| side.open < share && !side.waiting.is_empty();
        match useful {
            // Another worker has less than its share, and somebody who waits.
            Some(_) if self.side(home).open > share && self.sides.values().any(has_less) => {
                self.close(home);
                self.next_to_open()
            }
            Some(member) => {
                let side = self.side(home);
                match side.waiting.pop_front() {
                    Some(who) => Some(Next { who, home, member: Some(member) }),
                    None => {
                        side.idle.push(member);
                        None
                    }
                }
            }
            None => {
                self.close(home);
                self.next_to_open()
            }
        }
    }

    /// Who waits on the side that has the fewest connections may open one.
    fn next_to_open(&mut self) -> Option<Next<C>> {
        let waits = |(_, side): &(&Option<Id>, &mut Side<C>)| !side.waiting.is_empty();
        let sides = self.sides.iter_mut().filter(waits);
        let (home, side) = sides.min_by_key(|(_, side)| side.open)?;
        let who = side.waiting.pop_front()?;
        side.open += 1;
        self.open += 1;
        Some(Next { who, home: *home, member: None })
    }

    fn side(&mut self, home: Option<Id>) -> &mut Side<C> {
        self.sides.entry(home).or_default()
    }

    /// What each side has of all, where all want some.
    fn share(&self) -> usize {
        (self.most / self.sides.len().max(1)).max(1)
    }

    fn close(&mut self, home: Option<Id>) {
        self.open -= 1;
        self.side(home).open -= 1;
    }

    fn close_an_idle_one(&mut self) -> bool {
        let has_idle = self.sides.values_mut().find(|side| !side.idle.is_empty());
        let Some(side) = has_idle else { return false };
        side.idle.pop();
        side.open -= 1;
        self.open -= 1;
        true
    }

    fn close_the_lost(&mut self) {
        let Self { sides, open, losses, .. } = self;
        for side in sides.values_mut() {
            let before = side.idle.len();
            let is_of_use =
                |member: &Member<C>| member.opened == *losses && !member.in_flight.is_lost();
            side.idle.retain(is_of_use);
            let closed = before - side.idle.len();
            side.open -= closed;
            *open -= closed;
        }
    }
}
