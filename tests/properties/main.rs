//! What holds for all routers: a URL that `reverse` makes leads back to its route with the same kwargs,
//! every path goes where trying the routes one after another would lead it, and actix-web's `url_for`
//! agrees.

mod keysets;
mod oracle;
mod routes;
mod values;
mod viewsets;
