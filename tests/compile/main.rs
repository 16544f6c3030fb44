//! What does not compile, and what the macros say of it: one case a file in `ui/`, its message beside it.
//!
//! The path of a case is the rule that it breaks. Every case goes on to use its item, so that a message
//! that drags others behind it is seen.

#[test]
fn each_mistake_has_one_message_at_its_place() {
    trybuild::TestCases::new().compile_fail("ui/**/*.rs");
}
