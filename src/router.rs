//! The whole route table, one line per feature, and the server around it.

use actix_web::web::Data;
use actix_web::{App as ActixApp, HttpServer};

use crate::state::App;
