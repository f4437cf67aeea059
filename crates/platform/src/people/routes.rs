//! The routes of people.

use crate::foundation::Action;
use crate::web::{Access, Routes};

use super::pages::{account, keys, members, set_up, sign_in};

/// Registers them.
pub fn routes(routes: &mut Routes) {
    let admin = Access::May(Action::ManagePeople);
    routes.get("/sign-in", Access::Public, sign_in::show);
    routes.post("/sign-in", Access::Public, sign_in::enter);
    routes.post("/sign-out", Access::SignedIn, sign_in::leave);
    routes.get("/setup/{token}", Access::Public, set_up::show);
    routes.post("/setup/{token}", Access::Public, set_up::redeem);
    routes.get("/account", Access::SignedIn, account::show);
    routes.post("/account/late", Access::SignedIn, account::put_away);
    routes.post("/account/profile", Access::SignedIn, account::set_profile);
    routes.post("/account/email", Access::SignedIn, account::change_email);
    routes.post("/account/password", Access::SignedIn, account::change_password);
    routes.post("/account/confirm", Access::SignedIn, account::confirm);
    routes.post("/account/sessions/revoke-others", Access::SignedIn, account::revoke_others);
    routes.post("/account/sessions/{session}/revoke", Access::SignedIn, account::revoke);
    routes.get("/people/keys", admin, keys::show);
    routes.post("/people/keys", admin, keys::create);
    routes.post("/people/keys/{key}/revoke", admin, keys::revoke);
    routes.get("/people", admin, members::show);
    routes.post("/people", admin, members::create);
    routes.post("/people/{account}/grant", admin, members::grant);
    routes.post("/people/{account}/revoke", admin, members::revoke);
    routes.post("/people/{account}/disable", admin, members::disable);
    routes.post("/people/{account}/enable", admin, members::enable);
    routes.post("/people/{account}/link", admin, members::issue_link);
    routes.post("/people/{account}/vouch", admin, members::vouch);
    routes.post("/people/{account}/unlock-signing", admin, members::unlock_signing);
}
