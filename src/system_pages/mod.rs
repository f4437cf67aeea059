//! System health: what `/metrics` tells of the installation itself, for whoever looks after its jobs, with what is beyond its bound first.
//! The figures are those of [`crate::scrape`], so a page and a dashboard never differ.

mod health;
mod model;

use crate::foundation::Action;
use crate::web::{Access, Routes};

/// Registers the page.
pub fn routes(routes: &mut Routes) {
    routes.get("/system", Access::May(Action::KeepJobs), health::show);
}
