//! The address of finding. What each group holds is what its reader may see.

use super::pages::show;
use crate::web::{Access, Routes};

/// Registers the route.
pub fn routes(routes: &mut Routes) {
    routes.get("/search", Access::SignedIn, show::show);
}
