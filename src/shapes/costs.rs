//! What calls cost, as JSON. Amounts are dollars, written exactly: no number of them went through floating point.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use crate::fleet::costs::{Costs, dollars};
use crate::fleet::model::Sums;
use crate::foundation::{Error, Result};

/// What one tenant spent in a period.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TenantCostsView {
    pub tenant_id: String,
    /// The last so many days.
    pub period_days: i64,
    /// By agent; calls that name none stand under `(none)`, so that the costs add up to the total.
    pub agents: BTreeMap<String, AgentCostView>,
    /// Dollars.
    #[schema(value_type = f64)]
    pub total_cost: Box<RawValue>,
    /// `unavailable` where no call of that time names this tenant; else not there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
}

/// What one agent spent for a tenant.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AgentCostView {
    /// Dollars; calls without a price are not among them.
    #[schema(value_type = f64)]
    pub total_cost: Box<RawValue>,
    /// Tokens in and out.
    pub total_tokens: i64,
    /// Calls of models; one that two instrumentations saw is one.
    pub invocation_count: i64,
}

/// What one agent spent in a period.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AgentCostsView {
    pub agent_id: String,
    /// The last so many days.
    pub period_days: i64,
    /// By tenant; calls that name none stand under `(none)`, so that the costs add up to the total.
    pub tenants: BTreeMap<String, TenantCostView>,
    /// Dollars.
    #[schema(value_type = f64)]
    pub total_cost: Box<RawValue>,
    /// `unavailable` where no call of that time names this agent; else not there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
}

/// What was spent for one tenant by an agent.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TenantCostView {
    /// Dollars; calls without a price are not among them.
    #[schema(value_type = f64)]
    pub total_cost: Box<RawValue>,
    /// Tokens in and out.
    pub total_tokens: i64,
}

impl TenantCostsView {
    /// Of what was read.
    pub fn of(tenant_id: String, period_days: i64, costs: &Costs) -> Result<Self> {
        let one = |(name, sums): (&String, &Sums)| -> Result<(String, AgentCostView)> {
            Ok((name.clone(), AgentCostView::of(sums)?))
        };
        Ok(Self {
            tenant_id,
            period_days,
            agents: costs.by.iter().map(one).collect::<Result<_>>()?,
            total_cost: amount(costs.total.cost_nanos)?,
            source: source(costs),
        })
    }
}

impl AgentCostView {
    fn of(sums: &Sums) -> Result<Self> {
        Ok(Self {
            total_cost: amount(sums.cost_nanos)?,
            total_tokens: tokens(sums),
            invocation_count: sums.calls,
        })
    }
}

impl AgentCostsView {
    /// Of what was read.
    pub fn of(agent_id: String, period_days: i64, costs: &Costs) -> Result<Self> {
        let one = |(name, sums): (&String, &Sums)| -> Result<(String, TenantCostView)> {
            let cost = TenantCostView { total_cost: amount(sums.cost_nanos)?, total_tokens: tokens(sums) };
            Ok((name.clone(), cost))
        };
        Ok(Self {
            agent_id,
            period_days,
            tenants: costs.by.iter().map(one).collect::<Result<_>>()?,
            total_cost: amount(costs.total.cost_nanos)?,
            source: source(costs),
        })
    }
}

fn tokens(sums: &Sums) -> i64 {
    sums.tokens().unwrap_or_default()
}

fn source(costs: &Costs) -> Option<String> {
    costs.by.is_empty().then(|| "unavailable".to_owned())
}

fn amount(nanos: i64) -> Result<Box<RawValue>> {
    RawValue::from_string(dollars(nanos)).map_err(Error::internal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shapes_are_those_that_clients_know() {
        let sums = Sums {
            calls: 2,
            input: 1_000,
            output: 500,
            tokened: 2,
            cost_nanos: 20_000_001,
            ..Sums::default()
        };
        let by = BTreeMap::from([("router".to_owned(), sums)]);
        let costs = Costs { by, total: sums };
        let tenant = TenantCostsView::of("acme".to_owned(), 30, &costs).unwrap();
        assert_eq!(
            serde_json::to_string(&tenant).unwrap(),
            r#"{"tenant_id":"acme","period_days":30,"agents":{"router":{"total_cost":0.020000001,"total_tokens":1500,"invocation_count":2}},"total_cost":0.020000001}"#
        );
        let agent = AgentCostsView::of("router".to_owned(), 7, &Costs::default()).unwrap();
        assert_eq!(
            serde_json::to_string(&agent).unwrap(),
            r#"{"agent_id":"router","period_days":7,"tenants":{},"total_cost":0.0,"source":"unavailable"}"#
        );
    }
}
