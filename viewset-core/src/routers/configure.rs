//! What a router can be told about the requests of all its viewsets: the setters of
//! [`RouterSettings`](super::settings::RouterSettings) and of the options that viewsets leave open.

use std::borrow::Cow;
use std::time::Duration;

use super::builder::RouterBuilder;
use super::router::Router;
use crate::authentication::Authenticators;
use crate::error::{Error, Result};
use crate::pagination::Pagination;
use crate::parsers::Parsers;
use crate::permissions::Permissions;
use crate::renderers::Renderers;
use crate::request::Request;
use crate::response::Response;
use crate::settings::Options;
use crate::throttling::{Rate, ThrottleStore, Throttles};
use crate::versioning::ErasedVersioning;
use crate::views::{AllowedHosts, Answered};

/// The policies of all viewsets that set none of their own.
impl<K, R> RouterBuilder<K, R> {
    /// How it is found out who asks (DRF's `DEFAULT_AUTHENTICATION_CLASSES`):
    /// `authenticators![TokenAuthentication::<Token>::new()]`. Default: nobody is asked.
    #[must_use]
    pub fn authentication_classes(self, classes: Authenticators) -> Self {
        self.options(Options::new().authentication_classes(classes.classes()))
    }

    /// Who may (DRF's `DEFAULT_PERMISSION_CLASSES`): `permissions![IsAuthenticated]`. Default: everybody.
    #[must_use]
    pub fn permission_classes(self, classes: Permissions) -> Self {
        match classes.classes() {
            Some(set) => self.options(Options::new().permission_classes(set)),
            None => self,
        }
    }

    /// How often (DRF's `DEFAULT_THROTTLE_CLASSES`): `throttles![AnonRateThrottle::rate("100/day")]`.
    /// Default: no limit. Routers count apart, unless they share a store: see
    /// [`throttle_store`](Self::throttle_store).
    #[must_use]
    pub fn throttle_classes(self, classes: Throttles) -> Self {
        self.options(Options::new().throttle_classes(classes.classes()))
    }

    /// The formats that bodies can have (DRF's `DEFAULT_PARSER_CLASSES`). Default: JSON, form, multipart.
    #[must_use]
    pub fn parser_classes(self, classes: Parsers) -> Self {
        self.options(Options::new().parser_classes(classes.classes()))
    }

    /// The formats that responses can have (DRF's `DEFAULT_RENDERER_CLASSES`). Default: JSON.
    #[must_use]
    pub fn renderer_classes(self, classes: Renderers) -> Self {
        self.options(Options::new().renderer_classes(classes.classes()))
    }

    /// How the version is found (DRF's `DEFAULT_VERSIONING_CLASS`). Default: none.
    #[must_use]
    pub fn versioning_class(self, scheme: &'static dyn ErasedVersioning) -> Self {
        self.options(Options::new().versioning_class(Some(scheme)))
    }

    /// How lists are cut into pages (DRF's `DEFAULT_PAGINATION_CLASS`):
    /// `&PageNumberPagination::of(20)`. Default: not at all.
    #[must_use]
    pub fn pagination_class(self, pagination: &'static dyn Pagination) -> Self {
        self.options(Options::new().pagination_class(Some(pagination)))
    }

    /// Any options; those of an earlier call hold where these say nothing.
    #[must_use]
    pub fn options(mut self, options: Options) -> Self {
        self.plan.options = options.or(self.plan.options);
        self
    }
}

/// Limits, proxies, errors, and what operators see.
impl<K, R> RouterBuilder<K, R> {
    /// The longest request body that is held in memory, in bytes; a longer one is answered with 413.
    /// Files of a multipart body do not count. Default: 2,621,440 (2.5 MiB).
    #[must_use]
    pub fn body_limit(mut self, bytes: usize) -> Self {
        self.plan.settings.body_limit = bytes;
        self
    }

    /// The longest multipart body, files included, in bytes; a longer one is answered with 413. Default:
    /// 52,428,800 (50 MiB).
    #[must_use]
    pub fn upload_limit(mut self, bytes: u64) -> Self {
        self.plan.settings.upload_limit = bytes;
        self
    }

    /// How long a body may take to arrive once it is waited for, beside a second for every 500 bytes; a later
    /// one is answered with 408. Default: 30 seconds.
    #[must_use]
    pub fn body_timeout(mut self, timeout: Duration) -> Self {
        // A clock cannot be set to any time; a year is as good as never.
        self.plan.settings.body_timeout = timeout.min(Duration::from_secs(31_536_000));
        self
    }

    /// The hosts that requests may be for (Django's `ALLOWED_HOSTS`): `["api.example.com"]`, `[".example.com"]` for that
    /// host and all below it, `["*"]` for any that is spelled as one. Links in responses name the host that the client
    /// named, so a cache that others are served from, or a mail with a link in it, is safe only behind this. Requests for
    /// other hosts are answered with 400, `{"error": "Bad Request (400)"}`, and told in the log. Default: not set, any host.
    #[must_use]
    pub fn allowed_hosts<T: Into<String>>(mut self, hosts: impl IntoIterator<Item = T>) -> Self {
        match AllowedHosts::new(hosts) {
            Ok(hosts) => self.plan.settings.allowed_hosts = Some(hosts),
            Err(problem) => self.plan.settings.problems.push(problem),
        }
        self
    }

    /// Behind a proxy that ends TLS: a request that has this header with this value came by `https`, and
    /// reversed URLs say so (Django's `SECURE_PROXY_SSL_HEADER`). Only where the proxy sets or removes
    /// the header of every request: `("x-forwarded-proto", "https")`. Default: none.
    #[must_use]
    pub fn secure_proxy_ssl_header(mut self, name: &'static str, value: &'static str) -> Self {
        self.plan.settings.secure_proxy_ssl_header = Some((name, value));
        self
    }

    /// What signs the tokens of [`KeysetPagination`](crate::pagination::KeysetPagination) (Django's
    /// `SECRET_KEY`): the same for all processes, unknown to clients, 16 bytes at least. Default: none.
    #[must_use]
    pub fn secret_key(mut self, key: impl Into<Vec<u8>>) -> Self {
        let key = key.into();
        if key.len() < 16 {
            let problem = "the `secret_key` has fewer than 16 bytes";
            self.plan.settings.problems.push(problem.to_owned());
        }
        self.plan.settings.secret_key = Some(key);
        self
    }

    /// The parameter by which clients search (DRF's `SEARCH_PARAM`). Default: `search`.
    #[must_use]
    pub fn search_param(mut self, name: impl Into<Cow<'static, str>>) -> Self {
        self.plan.settings.search_param = name.into();
        self
    }

    /// The parameter by which clients sort (DRF's `ORDERING_PARAM`). Default: `ordering`.
    #[must_use]
    pub fn ordering_param(mut self, name: impl Into<Cow<'static, str>>) -> Self {
        self.plan.settings.ordering_param = name.into();
        self
    }

    /// How many proxies stand before the server, each of which appends to `X-Forwarded-For` (DRF's
    /// `NUM_PROXIES`): throttles then count by the address that the outermost of them saw; with 0 the
    /// header is ignored, as is right where no proxy stands before the server. Default: not set, and whoever
    /// sends the header chooses what they are counted by (as in DRF).
    #[must_use]
    pub fn num_proxies(mut self, proxies: usize) -> Self {
        self.plan.settings.num_proxies = Some(proxies);
        self
    }

    /// The namespace of the router's routes, for
    /// [`NamespaceVersioning`](struct@crate::versioning::NamespaceVersioning): `v1`, or nested `shop:v1`.
    #[must_use]
    pub fn namespace(mut self, namespace: impl Into<Cow<'static, str>>) -> Self {
        self.plan.settings.namespace = Some(namespace.into());
        self
    }

    /// Lets `reverse` find the routes of another router, too, by names that this one lacks; `mount` is the
    /// path at which that one is mounted: `.names_of("/api", &api)`.
    #[must_use]
    pub fn names_of(mut self, mount: &str, router: &Router) -> Self {
        let mount = format!("{}/", mount.trim_end_matches('/'));
        self.plan.names_of.push((mount, router.inner.clone()));
        self
    }

    /// The rate of a scope (DRF's `DEFAULT_THROTTLE_RATES`), such as `("burst", "60/min")`: a number
    /// and a period of `s`, `m`, `h` or `d`. A wrong one is an error of `build()`.
    #[must_use]
    pub fn throttle_rate(mut self, scope: &'static str, rate: &str) -> Self {
        match Rate::parse(rate) {
            Ok(rate) => {
                self.plan.settings.throttle_rates.insert(scope, Some(rate));
            }
            Err(error) => self
                .plan
                .settings
                .problems
                .push(format!("the throttle rate `{rate}` of the scope `{scope}`: {error}")),
        }
        self
    }

    /// A scope that is known but not limited (DRF's rate `None`).
    #[must_use]
    pub fn unlimited(mut self, scope: &'static str) -> Self {
        self.plan.settings.throttle_rates.insert(scope, None);
        self
    }

    /// Where throttles count. Default: in this process, in a
    /// [`MemoryStore`](crate::throttling::MemoryStore) of the router's own. Routers that shall count
    /// together, such as those of two versions, get clones of one `Arc<MemoryStore>`.
    #[must_use]
    pub fn throttle_store(mut self, store: impl ThrottleStore) -> Self {
        self.plan.settings.throttle_store = Box::new(store);
        self
    }

    /// What becomes of an error (DRF's `EXCEPTION_HANDLER`). An error in its place is a 500 that only the
    /// log knows. Default: [`exception_handler`](crate::exceptions::exception_handler).
    #[must_use]
    pub fn exception_handler(
        mut self,
        handler: impl Fn(&Request, Error) -> Result<Response> + Send + Sync + 'static,
    ) -> Self {
        self.plan.settings.exception_handler = Box::new(handler);
        self
    }

    /// What is told of every answered request, for metrics. It runs on the worker, so it must not block.
    #[must_use]
    pub fn observer(mut self, observer: impl Fn(&Answered<'_>) + Send + Sync + 'static) -> Self {
        self.plan.settings.observer = Some(Box::new(observer));
        self
    }
}
