//! Behaviour over HTTP, through real sockets. Each test names the rows of the inventory of DRF's
//! behaviour that it shows (`A27`, `T11`), or the statements of DRF's guide page (`P4`).

mod accounts;
mod support;

mod actions;
mod adapter;
mod as_view;
mod authentication;
mod bad_input;
mod counting_apart;
mod credentials;
mod errors;
mod exceptions;
mod fields;
mod filtering;
mod forms;
mod generics;
mod hang_up;
mod hooks;
mod hostile_bodies;
mod json_style;
mod life_cycle;
mod mistakes;
mod mixins;
mod mounting;
mod negotiation;
mod object_permissions;
mod observing;
mod obtain_token;
mod options_fields;
mod order;
mod pagination;
mod parsing;
mod permissions;
mod resource_map;
mod reverse;
mod router_policies;
mod routers;
mod serializers;
mod session;
mod tables;
mod throttle_scopes;
mod throttle_stores;
mod throttling;
mod versioning;
mod viewsets;
