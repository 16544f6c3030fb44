//! Room for what is written and sent. A thread keeps some of it: a request needs several buffers, which grow, and the
//! allocator is slow at that.

use std::cell::RefCell;

use bytes::Bytes;

/// How long a text is guessed to be. Shorter buffers are not kept: they would have to grow.
const LENGTH: usize = 256;

/// Up to which length a text is copied rather than sent as it is.
const SHORT: usize = 1024;

/// The longest buffer that is kept for one text.
const LONG: usize = 4096;

/// The longest that is kept for a list.
const LIST: usize = 64 * 1024;

/// How many buffers a thread keeps.
const MANY: usize = 16;

/// What a thread keeps.
struct Spare {
    buffers: Vec<Vec<u8>>,
    /// In which a list is put together.
    list: Vec<u8>,
}

thread_local! {
    static SPARE: RefCell<Spare> = const { RefCell::new(Spare { buffers: Vec::new(), list: Vec::new() }) };
}

/// An empty buffer.
pub(crate) fn take() -> Vec<u8> {
    // A thread that ends has none.
    let spare = SPARE.try_with(|spare| spare.borrow_mut().buffers.pop());
    spare.ok().flatten().unwrap_or_else(|| Vec::with_capacity(LENGTH))
}

/// Keeps a buffer for what is written next.
fn give_back(mut buffer: Vec<u8>) {
    let _ = SPARE.try_with(|spare| {
        let kept = &mut spare.borrow_mut().buffers;
        if (LENGTH..=LONG).contains(&buffer.capacity()) && kept.len() < MANY {
            buffer.clear();
            kept.push(buffer);
        }
    });
}

/// An empty buffer for a list of so many rows: the one that is kept, which most likely has room for them.
pub(crate) fn take_for_list(rows: usize) -> Vec<u8> {
    let spare = SPARE.try_with(|spare| std::mem::take(&mut spare.borrow_mut().list));
    match spare {
        Ok(kept) if kept.capacity() > 0 => kept,
        _ => Vec::with_capacity(rows.saturating_mul(LENGTH).min(LIST)),
    }
}

/// Keeps the buffer of a list, unless the one that is kept is longer.
pub(crate) fn give_back_list(mut buffer: Vec<u8>) {
    let _ = SPARE.try_with(|spare| {
        let kept = &mut spare.borrow_mut().list;
        if (kept.capacity() + 1..=LIST).contains(&buffer.capacity()) {
            buffer.clear();
            *kept = buffer;
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

        for capacity in [LENGTH - 1, LONG + 1] {
            give_back(Vec::with_capacity(capacity));
            assert!((LENGTH..=LONG).contains(&take().capacity()), "{capacity}");
        }
    }

    #[test]
    fn the_longest_buffer_of_a_list_serves_the_next_one() {
        let mut list = take_for_list(20);
        assert!((20 * LENGTH..LIST).contains(&list.capacity()));
        list.push(b'[');
        let place = list.as_ptr();
        give_back_list(list);
        give_back_list(Vec::with_capacity(1000));
        let again = take_for_list(100);
        assert_eq!((again.as_ptr(), again.len()), (place, 0));
        // While somebody has it, others have another one.
        let other = take_for_list(20);
        assert_ne!(other.as_ptr(), place);
        give_back_list(Vec::with_capacity(LIST + 1));
        assert!(take_for_list(usize::MAX).capacity() <= LIST);
    }
}
