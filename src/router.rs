//! The whole route table, one line per feature, and what stands around every request.

use actix_web::App as ActixApp;
use actix_web::body::BoxBody;
use actix_web::dev::{ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::middleware::from_fn;
use actix_web::web::Data;

use crate::app::Services;
use crate::web::slow::{self, Patience};
use crate::web::{Routes, assets, cors, csrf, error, headers, health, keys, packed, paths};
use crate::{
    alert_pages, api, asset_pages, budget_pages, bundle, delegation_pages, figures, find, fleet_pages,
    folder_sync, gateway, home, imports, intake, integrations, jobs, knowledge, langfuse_api, ledger_pages,
    maintenance, mcp, media, notices, offline, order_history, order_lists, order_pages, people,
    performance_pages, privacy, recognition, repricing, review_pages, scrape, system_pages, trace_pages,
    trust,
};

/// Every route with who may use it.
pub fn table() -> Routes {
    let mut routes = Routes::default();
    assets::routes(&mut routes);
    home::routes(&mut routes);
    bundle::routes(&mut routes);
    people::routes(&mut routes);
    find::routes(&mut routes);
    keys::routes(&mut routes);
    order_lists::routes(&mut routes);
    figures::routes(&mut routes);
    order_pages::routes(&mut routes);
    delegation_pages::routes(&mut routes);
    order_history::routes(&mut routes);
    asset_pages::routes(&mut routes);
    imports::routes(&mut routes);
    folder_sync::routes(&mut routes);
    maintenance::routes(&mut routes);
    notices::routes(&mut routes);
    mcp::routes(&mut routes);
    offline::routes(&mut routes);
    health::routes(&mut routes);
    scrape::routes(&mut routes);
    intake::routes(&mut routes);
    gateway::routes(&mut routes);
    langfuse_api::routes(&mut routes);
    api::routes(&mut routes);
    media::pages::routes(&mut routes);
    trace_pages::routes(&mut routes);
    fleet_pages::routes(&mut routes);
    budget_pages::routes(&mut routes);
    performance_pages::routes(&mut routes);
    recognition::routes(&mut routes);
    alert_pages::routes(&mut routes);
    privacy::routes(&mut routes);
    repricing::pages::routes(&mut routes);
    review_pages::routes(&mut routes);
    trust::routes(&mut routes);
    knowledge::routes(&mut routes);
    ledger_pages::routes(&mut routes);
    jobs::routes(&mut routes);
    system_pages::routes(&mut routes);
    integrations::langfuse::routes(&mut routes);
    routes
}

/// The application as actix serves it; the last layer named is the first a request meets.
pub fn app(
    services: &Services,
) -> ActixApp<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<BoxBody>,
        Error = actix_web::Error,
        InitError = (),
    > + use<>,
> {
    let https = services.app.config.server.is_https();
    ActixApp::new()
        .app_data(Data::new(services.app.clone()))
        .app_data(Data::new(services.people.clone()))
        .app_data(Data::new(services.orders.clone()))
        .app_data(Data::new(services.intake.hooks.clone()))
        .app_data(Data::new(services.intake.books.clone()))
        .app_data(Data::new(services.intake.masks.clone()))
        .app_data(Data::new(services.intake.clone()))
        .app_data(Data::new(services.gateway.clone()))
        .app_data(Data::new(services.jobs.clone()))
        .app_data(Data::new(services.hook_secrets.clone()))
        .configure(|config| table().configure(config))
        .wrap(from_fn(notices::middleware::count))
        .wrap(from_fn(people::identify))
        .wrap(from_fn(csrf::guard))
        .wrap(from_fn(paths::readable))
        .wrap(from_fn(|request, next| slow::refuse_slow(Patience::USUAL, request, next)))
        .wrap(from_fn(error::render))
        .wrap(from_fn(cors::open))
        .wrap(from_fn(paths::one_slash))
        .wrap(from_fn(move |request, next| headers::add(https, request, next)))
        .wrap(from_fn(packed::pages))
}
