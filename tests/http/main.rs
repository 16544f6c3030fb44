//! Behaviour over HTTP, through real sockets. Each test names the row of the inventory of DRF's
//! behaviour that it shows, where there is one.

mod smoke;
