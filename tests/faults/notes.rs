//! What is in the database in the end.

use std::collections::{HashMap, HashSet};

use crate::load::{Event, Outcome};

/// Checks the names of all notes and of all receipts: what was acknowledged is there, nothing is there twice, and each
/// note of a transaction has its receipt.
pub(crate) fn check(notes: &[String], receipts: &[String], events: &[Event]) {
    let mut counts = HashMap::<&str, usize>::new();
    for name in notes {
        *counts.entry(name).or_default() += 1;
    }
    let twice: Vec<_> = counts.iter().filter(|(_, count)| **count > 1).collect();
    assert!(twice.is_empty(), "stored more than once: {twice:?}");
    let acknowledged = events.iter().filter_map(|event| match &event.outcome {
        Outcome::Stored(name) => Some(name.as_str()),
        _ => None,
    });
    let lost: Vec<_> = acknowledged.filter(|name| !counts.contains_key(name)).collect();
    assert!(lost.is_empty(), "acknowledged and lost: {lost:?}");
    check_whole(notes, receipts);
}

/// Checks that what is stored in one transaction is there as a whole or not at all.
pub(crate) fn check_whole(notes: &[String], receipts: &[String]) {
    let has_receipt = |name: &&str| name.starts_with("hooked-") || name.starts_with("stuck-");
    let of_transactions: HashSet<_> =
        notes.iter().map(String::as_str).filter(has_receipt).collect();
    let receipts_of: HashSet<_> = receipts.iter().map(String::as_str).collect();
    let half: Vec<_> = of_transactions.symmetric_difference(&receipts_of).collect();
    assert!(half.is_empty(), "stored by half: {half:?}");
    assert_eq!(receipts.len(), receipts_of.len(), "a receipt is there twice");
}
