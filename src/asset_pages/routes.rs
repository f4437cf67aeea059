//! Addresses of assets and who may use them.

use super::{changes, choose, form, import, label, list, meters, report, show};
use crate::foundation::Action;
use crate::web::Access::May;
use crate::web::{Access, Routes};

const VIEW: Access = May(Action::ViewAssets);
const KEEP: Access = May(Action::KeepAssets);
const READ: Access = May(Action::ReadMeter);
const REPORT: Access = May(Action::CreateDraft);

/// Registers the routes. The words beside codes stand in `assets::model::RESERVED`.
pub fn routes(routes: &mut Routes) {
    routes.get("/assets", VIEW, list::show);
    routes.get("/assets/new", KEEP, form::new);
    routes.post("/assets/new", KEEP, form::create);
    routes.post("/assets/new/named", KEEP, choose::register);
    routes.get("/assets/import", KEEP, import::show);
    routes.post("/assets/import", KEEP, import::submit);
    routes.post("/assets/import/preview", KEEP, import::preview);
    routes.post("/assets/import/file", KEEP, import::file);
    routes.get("/assets/options", VIEW, choose::options);
    routes.get("/assets/labels", VIEW, label::sheet);
    routes.get("/assets/by-id/{id}", VIEW, show::by_id);
    routes.get("/assets/{code}", VIEW, show::show);
    routes.get("/assets/{code}/edit", KEEP, form::edit);
    routes.post("/assets/{code}/edit", KEEP, form::change);
    routes.post("/assets/{code}/move", KEEP, changes::relocated);
    routes.post("/assets/{code}/retire", KEEP, changes::retired);
    routes.post("/assets/{code}/take-up", KEEP, changes::taken_up);
    routes.get("/assets/{code}/label", VIEW, label::one);
    routes.get("/assets/{code}/report", REPORT, report::show);
    routes.post("/assets/{code}/report", REPORT, report::submit);
    routes.get("/assets/{code}/meters", KEEP, meters::new);
    routes.post("/assets/{code}/meters", KEEP, meters::add);
    routes.get("/assets/{code}/meters/{meter}", VIEW, meters::show);
    routes.post("/assets/{code}/meters/{meter}/read", READ, meters::read);
    routes.post("/assets/{code}/meters/{meter}/change", KEEP, meters::change);
    routes.post("/assets/{code}/meters/{meter}/withdraw", READ, meters::withdraw);
}
