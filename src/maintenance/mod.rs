//! What is kept so that work is done again as it should be: procedures, the templates of work orders, and the schedules that make
//! orders from them.

pub mod procedures;
pub mod schedules;

use crate::web::Routes;

pub use procedures::PROJECTION;

/// Registers the routes of both.
pub fn routes(routes: &mut Routes) {
    procedures::routes(routes);
    schedules::routes(routes);
}
