//! A share of the clients behind one lock: their logs by key, and who is forgotten first.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hash, Hasher};

use super::log::Log;
use super::recency::Recency;
use crate::throttling::rate::Period;
use crate::throttling::{Decision, Rate};

/// What a client costs beside the places of its log, in hits of 8 bytes: its entry, its links, its
/// place in the index, and what a table that doubles has spare.
pub(super) const CLIENT: usize = 24;

/// How many expired clients of each period a hit drops: more than it can add.
const DROPPED: usize = 2;

/// A key of 128 bits, hashed with a secret; the text is not kept.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Key(pub(super) [u64; 2]);

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.0[1]);
    }
}

/// The hash of what is a hash already.
#[derive(Default)]
pub(super) struct Known(u64);

impl Hasher for Known {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }
}

#[derive(Default)]
pub(super) struct Shard {
    index: HashMap<Key, u32, BuildHasherDefault<Known>>,
    clients: Vec<Client>,
    free: Vec<u32>,
    recency: Recency,
    clock: u64,
    cost: usize,
}

struct Client {
    key: Key,
    log: Log,
    used: u64,
    /// Of the rate under which the last hit was recorded; a rate may change between two hits.
    period: Period,
}

impl Shard {
    /// Decides on a request at `now`, in nanoseconds; a time before the last one counts as that.
    pub(super) fn hit(&mut self, key: Key, rate: Rate, limit: u32, now: u64) -> Decision {
        let period = rate.unit();
        self.clock = self.clock.max(now);
        let at = match self.index.get(&key) {
            Some(at) => *at,
            // Nobody is remembered for a rate that lets nobody pass.
            None if limit == 0 => return Decision::throttled(0, 0, rate.period()),
            None => self.add(key, period),
        };
        let client = &mut self.clients[at as usize];
        let before = client.log.places();
        client.log.forget_if_over(nanos(client.period), self.clock);
        let decision = client.log.hit(limit, nanos(period), self.clock);
        self.cost = self.cost + client.log.places() - before;
        client.used = self.clock;
        if decision == Decision::Allowed {
            client.period = period;
        }
        self.recency.touch(at, client.period);
        self.drop_expired();
        decision
    }

    /// What is remembered, in hits.
    pub(super) fn cost(&self) -> usize {
        self.cost
    }

    /// When the client that has not asked for the longest time asked; `None` without clients.
    pub(super) fn oldest(&self) -> Option<u64> {
        self.ends().map(|(_, at)| self.clients[at as usize].used).min()
    }

    /// Forgets the client that has not asked for the longest time.
    pub(super) fn forget_oldest(&mut self) {
        let oldest = self.ends().min_by_key(|(_, at)| self.clients[*at as usize].used);
        if let Some((_, at)) = oldest {
            self.remove(at);
        }
    }

    /// How many clients are remembered.
    pub(super) fn len(&self) -> usize {
        self.index.len()
    }

    fn ends(&self) -> impl Iterator<Item = (Period, u32)> {
        Period::ALL.into_iter().filter_map(|period| Some((period, self.recency.oldest(period)?)))
    }

    fn drop_expired(&mut self) {
        for period in Period::ALL {
            for _ in 0..DROPPED {
                match self.recency.oldest(period) {
                    Some(at) if self.is_expired(at, period) => self.remove(at),
                    _ => break,
                }
            }
        }
    }

    /// The last recorded hit is no later than the last hit, so the whole log is over by then.
    fn is_expired(&self, at: u32, period: Period) -> bool {
        self.clock - self.clients[at as usize].used >= nanos(period)
    }

    fn add(&mut self, key: Key, period: Period) -> u32 {
        let client = Client { key, log: Log::default(), used: self.clock, period };
        let at = match self.free.pop() {
            Some(at) => {
                self.clients[at as usize] = client;
                at
            }
            None => {
                self.clients.push(client);
                self.clients.len() as u32 - 1
            }
        };
        self.index.insert(key, at);
        self.cost += CLIENT;
        at
    }

    fn remove(&mut self, at: u32) {
        let client = &mut self.clients[at as usize];
        let log = std::mem::take(&mut client.log);
        self.cost -= CLIENT + log.places();
        self.index.remove(&client.key);
        self.recency.remove(at);
        self.free.push(at);
    }
}

fn nanos(period: Period) -> u64 {
    period.duration().as_nanos() as u64
}
