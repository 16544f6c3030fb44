//! What connections do in the background runs among the requests of a worker: in actix's system those are tasks of the
//! thread's arbiter, which may be told from anywhere on it.

use actix_rt::{Arbiter, ArbiterHandle};
use viewset_core::__private::Background;

/// Runs something among the requests of this thread; gives it back where no arbiter runs, as under `#[tokio::main]`.
pub(crate) fn spawn_among_requests(task: Background) -> Result<(), Background> {
    match Arbiter::try_current().filter(ArbiterHandle::alive) {
        Some(arbiter) => {
            arbiter.spawn(task);
            Ok(())
        }
        None => Err(task),
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};

    use super::*;

    /// Something to be done, and whether it was.
    fn task() -> (Background, Arc<AtomicBool>) {
        let done = Arc::new(AtomicBool::new(false));
        let later = done.clone();
        (Box::pin(async move { later.store(true, Ordering::Relaxed) }), done)
    }

    async fn rests() {
        for _ in 0..100 {
            tokio::task::yield_now().await;
        }
    }

    #[test]
    fn it_is_done_whoever_wants_it_and_given_back_where_it_cannot_be() {
        let system = actix_web::rt::System::new();
        system.block_on(async {
            let (first, done) = task();
            assert!(spawn_among_requests(first).is_ok());
            rests().await;
            assert!(done.load(Ordering::Relaxed));
            // A task of the runtime's own is in no local set.
            let (second, done) = task();
            let wants = async move { spawn_among_requests(second).is_ok() };
            assert!(tokio::spawn(wants).await.unwrap());
            rests().await;
            assert!(done.load(Ordering::Relaxed));
        });
        drop(system);
        let (third, done) = task();
        assert!(spawn_among_requests(third).is_err());
        assert!(!done.load(Ordering::Relaxed));
    }
}
