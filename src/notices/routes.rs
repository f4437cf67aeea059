//! Addresses of notices, and who may use them. One's own are everybody's to read; webhooks are for admins.

use super::pages::{hooks, list, order, settings, unsubscribe};
use crate::foundation::Action;
use crate::web::Access::{May, Public, SignedIn};
use crate::web::Routes;

/// Registers the routes.
pub fn routes(routes: &mut Routes) {
    let admin = May(Action::ManageSources);
    routes.get("/notices", SignedIn, list::show);
    routes.post("/notices/read", SignedIn, list::read_all);
    routes.post("/notices/open", SignedIn, list::open);
    routes.get("/notices/settings", SignedIn, settings::show);
    routes.post("/notices/settings", SignedIn, settings::choose);
    routes.post("/notices/quiet", SignedIn, settings::quiet);
    routes.get("/notices/orders/{number}", May(Action::ViewOrders), order::show);
    routes.post("/notices/orders/{number}/mute", May(Action::ViewOrders), order::mute);
    routes.post("/notices/orders/{number}/unmute", May(Action::ViewOrders), order::unmute);
    routes.get("/notices/unsubscribe/{token}", Public, unsubscribe::show);
    routes.post("/notices/unsubscribe/{token}", Public, unsubscribe::stop);
    routes.get("/notices/webhooks", admin, hooks::show);
    routes.post("/notices/webhooks", admin, hooks::add);
    routes.post("/notices/webhooks/{hook}", admin, hooks::change);
    routes.post("/notices/webhooks/{hook}/remove", admin, hooks::remove);
    routes.post("/notices/webhooks/{hook}/rotate", admin, hooks::rotate);
    routes.post("/notices/webhooks/{hook}/start", admin, hooks::start);
    routes.post("/notices/webhooks/{hook}/test", admin, hooks::test);
}
