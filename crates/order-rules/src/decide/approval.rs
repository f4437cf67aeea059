//! Approving a plan that was changed since it was approved.

use super::moves::signed;
use super::{Case, Proof};
use crate::events::OrderEvent;
use crate::lifecycle;
use crate::model::limits;
use crate::signing::statement;
use foundation::{Error, Result};

pub(super) fn renew(case: &Case<'_>, note: String, proof: Option<Proof>) -> Result<Vec<OrderEvent>> {
    let signature = lifecycle::renewal(case.order, case.asker, case.facts)?;
    limits::check(&serde_json::json!({ "reason": note }))?;
    let signed = match (signature, proof) {
        (None, _) => None,
        (Some(meaning), Some(proof)) => {
            Some(Box::new(signed(case, meaning, statement::of_renewal(case.order), proof)))
        }
        (Some(_), None) => {
            return Err(Error::refused(
                "To approve the changed plan you must sign: give your password again.",
            ));
        }
    };
    Ok(vec![OrderEvent::ApprovalRenewed { note, signature, signed }])
}
