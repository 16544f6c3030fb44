//! Messages and golden expansions: input tokens, and the expected text beside them.

mod action_messages;
mod budget;
mod expansion;
mod mapping_messages;
mod mixin;
mod model_viewset;
mod permissions;
mod robustness;
mod serializer;
mod support;
mod viewset_messages;
mod words;
