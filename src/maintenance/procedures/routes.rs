//! Addresses of procedures and who may use them; what a version allows is decided by its state.

use super::pages::{acts, list, procedure, version, write};
use crate::foundation::Action;
use crate::web::Access::May;
use crate::web::{Access, Routes};

const VIEW: Access = May(Action::ViewProcedures);
const WRITE: Access = May(Action::WriteProcedure);
const SUBMIT: Access = May(Action::SubmitProcedure);
const APPROVE: Access = May(Action::ApproveProcedure);
const RETIRE: Access = May(Action::RetireProcedure);

/// Registers the routes.
pub fn routes(routes: &mut Routes) {
    routes.get("/procedures", VIEW, list::show);
    routes.get("/procedures/new", WRITE, write::new);
    routes.post("/procedures/new", WRITE, write::create);
    routes.post("/procedures/from-order", WRITE, acts::copy_order);
    routes.get("/procedures/by-id/{id}", VIEW, procedure::by_id);
    routes.get("/procedures/{code}", VIEW, procedure::show);
    routes.post("/procedures/{code}/from-order", WRITE, acts::copy_into);
    routes.post("/procedures/{code}/rename", WRITE, acts::rename);
    routes.post("/procedures/{code}/retire", RETIRE, acts::retire);
    routes.post("/procedures/{code}/take-up", RETIRE, acts::take_up);
    routes.get("/procedures/{code}/versions/new", WRITE, write::next);
    routes.post("/procedures/{code}/versions/new", WRITE, write::draft);
    routes.get("/procedures/{code}/versions/{version}", VIEW, version::show);
    routes.get("/procedures/{code}/versions/{version}/markdown", VIEW, version::markdown);
    routes.get("/procedures/{code}/versions/{version}/edit", WRITE, write::edit);
    routes.post("/procedures/{code}/versions/{version}/edit", WRITE, write::change);
    routes.post("/procedures/{code}/versions/{version}/submit", SUBMIT, acts::submit);
    routes.post("/procedures/{code}/versions/{version}/withdraw", SUBMIT, acts::withdraw);
    routes.post("/procedures/{code}/versions/{version}/return", APPROVE, acts::return_version);
    routes.post("/procedures/{code}/versions/{version}/approve", APPROVE, acts::approve);
    routes.post(
        "/procedures/{code}/versions/{version}/make-order",
        May(Action::CreateDraft),
        acts::make_order,
    );
}
