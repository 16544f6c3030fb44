//! What does not compile, and what the macros say of it: one case a file in `ui/`, its message beside it.
//!
//! The path of a case is the rule that it breaks. Every case goes on to use its item, so that a message
//! that drags others behind it is seen.
//!
//! Rows of the inventory that are shown here, because with us they are no errors of a running server: A3 and
//! B14 (`a_mapping_…`), B2 (`detail_is_required`), B3 (`methods_are_a_list`), B10 (`name_excludes_suffix`), B13
//! (`a_mapping_takes_a_free_method`), B15 (`a_standard_action_takes_no_attribute`), B17
//! (`two_actions_do_not_share_a_route`).

#[test]
fn each_mistake_has_one_message_at_its_place() {
    trybuild::TestCases::new().compile_fail("ui/**/*.rs");
}
