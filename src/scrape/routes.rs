//! The address that Prometheus reads.

use crate::web::{Access, Routes};

use super::pages;

/// Registers it. It is public to the route table, since no account opens it: the handler looks where a request
/// comes from.
pub fn routes(routes: &mut Routes) {
    routes.get("/metrics", Access::Public, pages::show);
}
