//! Settings: flag over environment over `*_FILE` over TOML file over default, and where each came from.
//!
//! One file per concern. `config show` prints every leaf with its source; secrets are shown as `(set)`.

mod database;
mod files;
mod gateway;
mod ingest;
mod init;
mod keys;
mod mail;
mod metrics;
#[cfg(unix)]
pub mod private;
mod pull;
mod seal;
mod server;
mod signing;
mod source;

use std::path::PathBuf;

use crate::db::DatabaseUrl;
use crate::foundation::Result;

pub use database::DatabaseConfig;
pub use files::FilesConfig;
pub use gateway::{GatewayConfig, UpstreamConfig};
pub use ingest::IngestConfig;
pub use init::InitConfig;
pub use keys::Keys;
pub use mail::MailConfig;
pub use metrics::MetricsConfig;
pub use pull::PullConfig;
pub use server::ServerConfig;
pub use signing::SigningConfig;
pub use source::{Setting, Source, Values};

/// All settings in force.
#[derive(Clone, Debug)]
pub struct Config {
    /// The data folder.
    pub data: PathBuf,
    pub database: DatabaseConfig,
    /// How the web server listens and what it trusts.
    pub server: ServerConfig,
    /// What signing asks for and when it stops.
    pub signing: SigningConfig,
    /// Limits on what is taken in.
    pub ingest: IngestConfig,
    /// Limits on files that people bring to orders.
    pub files: FilesConfig,
    /// Where sources may stand.
    pub pull: PullConfig,
    /// Where calls of models are passed on to.
    pub gateway: GatewayConfig,
    /// The server that takes our mail.
    pub mail: MailConfig,
    /// Who may read metrics.
    pub metrics: MetricsConfig,
    /// What the first start creates without asking.
    pub init: InitConfig,
    /// Every value with its source, for `config show`.
    pub settings: Vec<Setting>,
}

impl Config {
    /// Reads all settings; `flags` are those given on the command line as (name, value).
    pub fn load(flags: Vec<(&'static str, String)>) -> Result<Self> {
        Self::from_values(Values::from_process(flags)?)
    }

    /// Builds the settings from collected values; tests bring their own.
    pub fn from_values(mut values: Values) -> Result<Self> {
        let data = PathBuf::from(values.text("data", "./data"));
        let database = DatabaseConfig::read(&mut values, &data)?;
        let server = ServerConfig::read(&mut values)?;
        let signing = SigningConfig::read(&mut values)?;
        let ingest = IngestConfig::read(&mut values)?;
        let files = FilesConfig::read(&mut values)?;
        let pull = PullConfig::read(&mut values)?;
        let gateway = GatewayConfig::read(&mut values)?;
        let mail = MailConfig::read(&mut values)?;
        let metrics = MetricsConfig::read(&mut values)?;
        let init = InitConfig::read(&mut values)?;
        let settings = values.into_settings();
        Ok(Self {
            data,
            database,
            server,
            signing,
            ingest,
            files,
            pull,
            gateway,
            mail,
            metrics,
            init,
            settings,
        })
    }

    /// The database in use.
    pub fn database_url(&self) -> &DatabaseUrl {
        &self.database.url
    }
}
