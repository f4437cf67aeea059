//! Whether calls say whose they are, as JSON.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use crate::fleet::identity::{Counted, Identity};
use crate::fleet::model::NONE;
use crate::fleet::reads::Service;

/// How many calls of a period say whose they are.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct FleetIdentityView {
    /// The last so many days.
    pub period_days: i64,
    pub all: NamedCallsView,
    /// By agent; calls that name none stand under `(none)`.
    pub agents: BTreeMap<String, NamedCallsView>,
    /// Of the newest calls alone, the service with most of them first.
    pub services: Vec<ServiceIdentityView>,
}

/// Calls, and how many of them say what.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct NamedCallsView {
    pub calls: i64,
    pub with_agent: i64,
    pub with_tenant: i64,
    /// Those whose trace belongs to a session.
    pub with_session: i64,
    /// Those that say all three.
    pub with_all: i64,
}

/// The newest calls that came from one service.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ServiceIdentityView {
    /// `service.name` of the resource; not there where nobody named it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service: Option<String>,
    pub all: NamedCallsView,
}

impl FleetIdentityView {
    /// Of what was read.
    pub fn of(period_days: i64, found: &Identity) -> Self {
        let named = |name: &Option<String>| name.clone().unwrap_or_else(|| NONE.to_owned());
        let agents = found.by_agent.iter().map(|(name, one)| (named(name), NamedCallsView::of(one)));
        Self {
            period_days,
            all: NamedCallsView::of(&found.whole),
            agents: agents.collect(),
            services: found.services.iter().map(ServiceIdentityView::of).collect(),
        }
    }
}

impl NamedCallsView {
    fn of(counted: &Counted) -> Self {
        Self {
            calls: counted.calls,
            with_agent: counted.agents,
            with_tenant: counted.tenants,
            with_session: counted.sessions,
            with_all: counted.whole,
        }
    }
}

impl ServiceIdentityView {
    fn of(service: &Service) -> Self {
        let all = NamedCallsView {
            calls: service.calls,
            with_agent: service.agents,
            with_tenant: service.tenants,
            with_session: service.sessions,
            with_all: service.whole,
        };
        Self { service: service.name.clone(), all }
    }
}
