//! What a process keeps of the gateway: the upstreams, the numbers it holds, its records, what budgets said last.

use std::sync::Arc;

use crate::config::{GatewayConfig, UpstreamConfig};
use crate::foundation::ids::new_id;
use crate::foundation::{Error, Result};
use crate::state::App;

use super::budget::Budgets;
use super::model::Provider;
use super::numbers::Numbers;
use super::spool::Spool;
use super::upstream::{Patience, Place};

/// The gateway of a process. Cheap to clone; clones share all of it.
#[derive(Clone)]
pub struct Gateway {
    /// Numbers of this process.
    pub numbers: Numbers,
    /// Its records on their way into the database.
    pub spool: Arc<Spool>,
    /// What budgets said last.
    pub budgets: Budgets,
}

impl Gateway {
    /// Nothing is reserved, opened or connected to before the first call.
    pub fn new(app: &App) -> Self {
        let spool = Arc::new(Spool::new(&app.config.data, new_id(app.now())));
        Self { numbers: Numbers::new(Arc::clone(&spool)), spool, budgets: Budgets::default() }
    }
}

/// An upstream as a call needs it.
pub struct Upstream {
    pub place: Place,
    /// The provider's key of this installation.
    pub key: Option<String>,
    pub patience: Patience,
}

impl Upstream {
    /// The one of a provider; none where the operator named none.
    pub fn of(config: &GatewayConfig, provider: Provider) -> Result<Option<Self>> {
        let named = match provider {
            Provider::OpenAi => &config.openai,
            Provider::Anthropic => &config.anthropic,
        };
        let Some(UpstreamConfig { url, key }) = named else { return Ok(None) };
        let place = Place::parse(url, config.private_addresses).map_err(Error::internal)?;
        let patience =
            Patience { connect: config.connect, first_byte: config.first_byte, silence: config.silence };
        Ok(Some(Self { place, key: key.clone(), patience }))
    }
}
