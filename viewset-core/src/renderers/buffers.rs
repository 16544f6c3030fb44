//! Room for what is written and sent. A thread keeps some of it: a request needs several buffers, a page of rows many,
//! and the allocator is slow at that.

use std::cell::RefCell;

use bytes::Bytes;

/// How long a text is guessed to be. Shorter buffers are not kept: they would have to grow.
const LENGTH: usize = 256;

/// Up to which length a text is copied rather than sent as it is.
const SHORT: usize = 1024;

/// The longest buffer that is kept.
const LONG: usize = 4096;

/// How many buffers a thread keeps.
const MANY: usize = 128;

thread_local! {
    static SPARE: RefCell<Vec<Vec<u8>>> = const { RefCell::new(Vec::new()) };
}

/// An empty buffer.
pub(crate) fn take() -> Vec<u8> {
    // A thread that ends has none.
    let spare = SPARE.try_with(|spare| spare.borrow_mut().pop());
    spare.ok().flatten().unwrap_or_else(|| Vec::with_capacity(LENGTH))
}

/// Keeps a buffer for what is written next.
pub(crate) fn give_back(mut buffer: Vec<u8>) {
    if (LENGTH..=LONG).contains(&buffer.capacity()) {
        buffer.clear();
        let _ = SPARE.try_with(|spare| {
            let mut spare = spare.borrow_mut();
            if spare.len() < MANY {
                spare.push(buffer);
            }
        });
    }
}

/// What a buffer holds, to be sent. What is short is copied to where it just fits, which is one allocation; with room to
/// spare it would be two.
pub(super) fn into_bytes(buffer: Vec<u8>) -> Bytes {
    if buffer.len() > SHORT {
        return buffer.into();
    }
    let bytes = Bytes::copy_from_slice(&buffer);
    give_back(buffer);
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_buffer_serves_again_unless_it_is_long() {
        let mut buffer = take();
        buffer.extend_from_slice(b"abc");
        let place = buffer.as_ptr();
        assert_eq!(into_bytes(buffer), "abc");
        let again = take();
        assert_eq!((again.as_ptr(), again.len()), (place, 0));

        let long = vec![b'x'; SHORT + 1];
        let place = long.as_ptr();
        let sent = into_bytes(long);
        assert_eq!((sent.as_ptr(), sent.len()), (place, SHORT + 1));

        for capacity in [LENGTH - 1, LONG + 1] {
            give_back(Vec::with_capacity(capacity));
            assert!((LENGTH..=LONG).contains(&take().capacity()), "{capacity}");
        }
    }
}
