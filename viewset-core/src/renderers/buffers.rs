//! Room for what is written and sent. A thread keeps some of it: a request needs several buffers, a page of rows many,
//! and the allocator is slow at that.

use std::cell::RefCell;

use bytes::Bytes;

/// How long a text is guessed to be. Shorter buffers are not kept: they would have to grow.
const LENGTH: usize = 256;

/// Up to which length a text is copied rather than sent as it is, and the longest of the many buffers that are kept.
const SHORT: usize = 1024;

/// The longest buffer that is kept.
const LONG: usize = 16 * 1024;

/// How many short buffers a thread keeps.
const MANY: usize = 128;

/// What a thread keeps.
struct Spare {
    short: Vec<Vec<u8>>,
    /// For what is put together of many.
    long: Vec<u8>,
}

thread_local! {
    static SPARE: RefCell<Spare> = const { RefCell::new(Spare { short: Vec::new(), long: Vec::new() }) };
}

/// An empty buffer.
pub(crate) fn take() -> Vec<u8> {
    // A thread that ends has none.
    let spare = SPARE.try_with(|spare| spare.borrow_mut().short.pop());
    spare.ok().flatten().unwrap_or_else(|| Vec::with_capacity(LENGTH))
}

/// An empty buffer for a text of this length, which is a long one.
pub(crate) fn take_long(length: usize) -> Vec<u8> {
    let spare = SPARE.try_with(|spare| std::mem::take(&mut spare.borrow_mut().long));
    let spare = spare.ok().filter(|spare| spare.capacity() >= length);
    spare.unwrap_or_else(|| Vec::with_capacity(length))
}

/// Keeps a buffer for what is written next.
pub(crate) fn give_back(buffer: Vec<u8>) {
    give_back_all(std::iter::once(buffer));
}

/// Keeps buffers for what is written next.
pub(crate) fn give_back_all(buffers: impl IntoIterator<Item = Vec<u8>>) {
    let _ = SPARE.try_with(|spare| {
        let Spare { short, long } = &mut *spare.borrow_mut();
        for mut buffer in buffers {
            buffer.clear();
            match buffer.capacity() {
                LENGTH..=SHORT if short.len() < MANY => short.push(buffer),
                length @ ..=LONG if length > SHORT => *long = buffer,
                _ => {}
            }
        }
    });
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

        for capacity in [LENGTH - 1, SHORT + 1] {
            give_back(Vec::with_capacity(capacity));
            assert!((LENGTH..=SHORT).contains(&take().capacity()), "{capacity}");
        }
    }

    #[test]
    fn a_long_buffer_serves_what_fits_into_it() {
        let long = take_long(SHORT + 1);
        let place = long.as_ptr();
        give_back(long);
        let again = take_long(SHORT);
        assert_eq!(again.as_ptr(), place);
        give_back_all([again, Vec::with_capacity(LENGTH)]);
        assert!(take_long(LONG + 1).capacity() > LONG);
        give_back(Vec::with_capacity(LONG + 1));
        assert!(take_long(1).capacity() <= SHORT);
    }
}
