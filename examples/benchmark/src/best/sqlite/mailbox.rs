//! Answers of the writer on their way back: a batch of them wakes a worker once.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::{Arc, Mutex, PoisonError};

use actix_web::rt;
use slab::Slab;
use tokio::sync::{Notify, oneshot};

use super::writer::Written;

/// A worker's mailbox.
pub(super) struct Mailbox {
    inbox: Arc<Inbox>,
    waiting: Rc<RefCell<Slab<oneshot::Sender<Written>>>>,
}

/// Where the writer leaves the answers for a worker.
#[derive(Default)]
pub(super) struct Inbox {
    answers: Mutex<Vec<(usize, Written)>>,
    arrived: Notify,
}

/// Where an answer is sent.
pub(super) struct Address {
    pub(super) inbox: Arc<Inbox>,
    slot: usize,
}

impl Mailbox {
    /// Opens a mailbox and a task of the worker that hands out what arrives.
    pub(super) fn open() -> Self {
        let inbox = Arc::new(Inbox::default());
        let waiting = Rc::new(RefCell::new(Slab::<oneshot::Sender<Written>>::new()));
        let mailbox = Self { inbox: inbox.clone(), waiting: waiting.clone() };
        rt::spawn(async move {
            loop {
                inbox.arrived.notified().await;
                for (slot, answer) in inbox.take() {
                    // Who has gone away does not want to know.
                    let _ = waiting.borrow_mut().remove(slot).send(answer);
                }
            }
        });
        mailbox
    }

    /// An address, and what will arrive at it.
    pub(super) fn expect(&self) -> (Address, oneshot::Receiver<Written>) {
        let (sender, receiver) = oneshot::channel();
        let slot = self.waiting.borrow_mut().insert(sender);
        (Address { inbox: self.inbox.clone(), slot }, receiver)
    }
}

impl Inbox {
    /// Wakes the worker.
    pub(super) fn ring(&self) {
        self.arrived.notify_one();
    }

    fn take(&self) -> Vec<(usize, Written)> {
        std::mem::take(&mut *self.answers.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Address {
    /// Leaves an answer; the worker sees it when it is woken.
    pub(super) fn put(&self, answer: Written) {
        let mut answers = self.inbox.answers.lock().unwrap_or_else(PoisonError::into_inner);
        answers.push((self.slot, answer));
    }
}
