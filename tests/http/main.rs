//! Behaviour over HTTP, through real sockets. Each test names the rows of the inventory of DRF's
//! behaviour that it shows (`A27`, `T11`), or the statements of DRF's guide page (`P4`).

mod support;

mod actions;
mod adapter;
mod as_view;
mod bad_input;
mod errors;
mod fields;
mod forms;
mod generics;
mod hang_up;
mod hostile_bodies;
mod json_style;
mod life_cycle;
mod mistakes;
mod mixins;
mod mounting;
mod negotiation;
mod parsing;
mod resource_map;
mod reverse;
mod routers;
mod session;
mod tables;
mod viewsets;
