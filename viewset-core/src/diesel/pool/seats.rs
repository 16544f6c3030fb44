//! Who has a connection and who waits for one. A connection to a server belongs to the runtime that drives it, so a worker
//! uses those that it has opened itself; but what there may be in all is there for every worker, so that nobody waits
//! for long while a connection of another worker is idle.

use std::collections::{HashMap, VecDeque};
use std::time::{Duration, Instant};

use tokio::runtime::Id;
use tokio::sync::oneshot;

use super::{Member, Seat};
use crate::diesel::backend::DbConnection;

/// How long one waits for a connection of one's own worker before another's is closed in order to open one, if that has
/// been idle for as long. Opening takes less, over a network too; and the connections of a busy worker come back sooner.
pub(super) const PATIENCE: Duration = Duration::from_millis(50);

/// How long it has to have been idle if the other worker has no more of them: clients come to all workers alike, and
/// what one of them lacks for a moment the other lacks in the next.
const UNUSED: Duration = Duration::from_millis(500);

/// In so long a line those who have gone away are looked for.
const LONG_LINE: usize = 1024;

/// The seats of a pool.
pub(super) struct Seats<C: DbConnection> {
    /// The connections that nobody uses, the one that came back last at the end.
    idle: Vec<Idle<C>>,
    /// Those who wait, in the order in which they came.
    line: VecDeque<Waiting<C>>,
    /// How many connections there are by their runtimes, those that are out included.
    open: HashMap<Option<Id>, usize>,
    /// How many there may be.
    most: usize,
    /// How often connections were found lost. Those that were opened before the last time are not used again.
    losses: u64,
}

/// A connection that nobody uses.
struct Idle<C> {
    /// The runtime that it belongs to; `None` if it belongs to none.
    home: Option<Id>,
    since: Instant,
    member: Box<Member<C>>,
}

/// Somebody who waits.
struct Waiting<C: DbConnection> {
    home: Option<Id>,
    since: Instant,
    who: oneshot::Sender<Seat<C>>,
}

/// What somebody gets who comes for a connection.
pub(super) enum Entry<C: DbConnection> {
    AtOnce(AtOnce<C>),
    /// A place in the line.
    Line(oneshot::Receiver<Seat<C>>),
}

/// The same for somebody who does not wait.
pub(super) enum AtOnce<C: DbConnection> {
    /// One that is open.
    Open(Box<Member<C>>),
    /// The right to open one.
    Free,
}

/// Somebody who waited, and what he gets: a connection, or the right to open one. It is handed over once the seats are
/// unlocked, for who has gone away gives it back at once.
pub(super) struct Next<C: DbConnection> {
    pub(super) who: oneshot::Sender<Seat<C>>,
    pub(super) home: Option<Id>,
    pub(super) member: Option<Box<Member<C>>>,
}

impl<C: DbConnection> Seats<C> {
    pub(super) fn new(most: usize) -> Self {
        Self { idle: Vec::new(), line: VecDeque::new(), open: HashMap::new(), most, losses: 0 }
    }

    pub(super) fn losses(&self) -> u64 {
        self.losses
    }

    /// Somebody of this runtime wants a connection, one that is limited or one that is not. To make one into the other is a
    /// trip to the server, and so the last resort.
    pub(super) fn enter(&mut self, home: Option<Id>, limited: bool) -> Entry<C> {
        if let Some(entry) = self.enter_at_once(home, limited) {
            return Entry::AtOnce(entry);
        }
        let (who, receiver) = oneshot::channel();
        if self.line.len() >= LONG_LINE {
            self.line.retain(|waiting| !waiting.who.is_closed());
        }
        self.line.push_back(Waiting { home, since: Instant::now(), who });
        Entry::Line(receiver)
    }

    /// The same for somebody who does not wait.
    pub(super) fn enter_at_once(&mut self, home: Option<Id>, limited: bool) -> Option<AtOnce<C>> {
        let is_own = |idle: &Idle<C>| idle.home == home;
        let is_wanted =
            |idle: &Idle<C>| is_own(idle) && idle.member.in_flight.is_limited() == limited;
        while let Some(place) = self.idle.iter().rposition(is_wanted) {
            let idle = self.idle.remove(place);
            if is_of_use(&idle.member, self.losses) {
                return Some(AtOnce::Open(idle.member));
            }
            self.close(idle.home);
        }
        self.close_the_lost();
        if self.opens_another(home) {
            return Some(AtOnce::Free);
        }
        let place = self.idle.iter().rposition(is_own)?;
        Some(AtOnce::Open(self.idle.remove(place).member))
    }

    /// Somebody of this runtime has waited for long: whether a connection may be opened, in the place of another
    /// runtime's idle one if need be.
    pub(super) fn insist(&mut self, home: Option<Id>) -> bool {
        self.close_the_lost();
        let has = self.open_of(home);
        let may_go = |idle: &Idle<C>| {
            let has_more = self.open_of(idle.home) > has;
            idle.since.elapsed() >= if has_more { PATIENCE } else { UNUSED }
        };
        if let Some(place) = self.idle.iter().position(may_go) {
            self.close(self.idle[place].home);
            self.idle.remove(place);
        }
        self.opens_another(home)
    }

    /// Whether there may be one more; then it is counted.
    fn opens_another(&mut self, home: Option<Id>) -> bool {
        let may = self.open.values().sum::<usize>() < self.most;
        if may {
            *self.open.entry(home).or_default() += 1;
        }
        may
    }

    fn open_of(&self, home: Option<Id>) -> usize {
        self.open.get(&home).copied().unwrap_or_default()
    }

    /// One less; a runtime without any is forgotten.
    fn close(&mut self, home: Option<Id>) {
        if let Some(open) = self.open.get_mut(&home) {
            *open -= 1;
            if *open == 0 {
                self.open.remove(&home);
            }
        }
    }

    /// A connection comes back, or a right that was not used; who gets it next.
    pub(super) fn leave(
        &mut self,
        home: Option<Id>,
        member: Option<Box<Member<C>>>,
    ) -> Option<Next<C>> {
        if let Some(member) = &member
            && member.in_flight.is_lost()
        {
            self.losses = self.losses.max(member.opened + 1);
        }
        let useful = member.filter(|member| is_of_use(member, self.losses));
        while self.line.front().is_some_and(|waiting| waiting.who.is_closed()) {
            self.line.pop_front();
        }
        let place = match useful {
            Some(_) => self.next_for(home),
            None => (!self.line.is_empty()).then_some(0),
        };
        let Some(next) = place.and_then(|place| self.line.remove(place)) else {
            match useful {
                Some(member) => self.idle.push(Idle { home, since: Instant::now(), member }),
                None => self.close(home),
            }
            return None;
        };
        // Another runtime's is closed, and one is opened in its place.
        let member = useful.filter(|_| next.home == home);
        if member.is_none() {
            self.close(home);
            *self.open.entry(next.home).or_default() += 1;
        }
        Some(Next { who: next.who, home: next.home, member })
    }

    /// Whose turn it is for a connection of this runtime: the first of the same one. If another waits much longer whose
    /// runtime has no more of them, it is his; if only others wait, they may have it when it has rested.
    fn next_for(&self, home: Option<Id>) -> Option<usize> {
        let is_own = |waiting: &Waiting<C>| waiting.home == home && !waiting.who.is_closed();
        let Some(own) = self.line.iter().position(is_own) else {
            // It need not rest if others have waited for long who have fewer.
            let first = self.line.front()?;
            let has_waited = first.since.elapsed() >= 2 * PATIENCE;
            return (has_waited && self.open_of(first.home) < self.open_of(home)).then_some(0);
        };
        let waited = |place: usize| self.line[place].since.elapsed();
        let is_unfair = self.open_of(self.line[0].home) <= self.open_of(home)
            && waited(0) >= PATIENCE + 2 * waited(own);
        Some(if is_unfair { 0 } else { own })
    }

    fn close_the_lost(&mut self) {
        let losses = self.losses;
        let is_lost = |idle: &mut Idle<C>| !is_of_use(&idle.member, losses);
        let lost: Vec<_> = self.idle.extract_if(.., is_lost).collect();
        for idle in lost {
            self.close(idle.home);
        }
    }
}

/// Whether a connection lives, as far as is known, and may be used.
fn is_of_use<C>(member: &Member<C>, losses: u64) -> bool {
    let in_flight = &member.in_flight;
    member.opened == losses && !in_flight.is_lost() && !in_flight.is_retired()
}
