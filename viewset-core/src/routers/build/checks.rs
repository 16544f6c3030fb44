//! What a developer can have got wrong: the problems that `build()` tells of, beside those of patterns and names.

use std::sync::Arc;

use super::{Build, Registration};
use crate::actions::{ActionMeta, Kind};
use crate::routers::erased::ErasedViewSet;
use crate::routers::table::RouteTemplate;
use crate::routers::view::View;

impl Build {
    /// A model that is served has to have its database, and its lookup field.
    pub(super) fn check_requirements(&mut self, viewset: &Arc<dyn ErasedViewSet>) {
        let meta = viewset.meta();
        for model in viewset.requirements().models {
            if !(model.is_met)(&self.state) {
                self.problems.push(format!(
                    "`{}` serves `{}`, but the router has no database for it; \
                     add `.with(Db::connect(…).await?)` of a {} database",
                    meta.class_name, model.name, model.database
                ));
            }
            for field in model.fields {
                if let Some(regex) = field.regex.filter(|regex| !regex.is_valid()) {
                    self.problems.push(format!(
                        "the `regex` of field `{}` of `{}` is none: `{}`",
                        field.source,
                        model.name,
                        regex.as_str()
                    ));
                }
            }
            let known = |field: &crate::serializers::Field| field.source == meta.lookup_field;
            if meta.lookup_field != "pk" && !model.fields.iter().any(known) {
                self.problems.push(format!(
                    "the lookup field of `{}` is `{}`, but `{}` has no such field",
                    meta.class_name, meta.lookup_field, model.name
                ));
            }
        }
    }

    /// An extra action must not have the name of an action that a route binds (row B15).
    pub(super) fn check_names(&mut self, registration: &Registration<'_>) {
        let routed: Vec<&str> = self
            .templates
            .iter()
            .filter_map(|template| match template {
                RouteTemplate::Route(route) => Some(route.mapping.iter().map(|(_, name)| *name)),
                RouteTemplate::Dynamic(_) => None,
            })
            .flatten()
            .collect();
        let clash = |meta: &&&ActionMeta| meta.kind == Kind::Extra && routed.contains(&meta.name);
        let names: Vec<_> =
            registration.actions.iter().filter(clash).map(|meta| meta.name).collect();
        if !names.is_empty() {
            self.problems.push(format!(
                "cannot use `#[action]` on the following methods of `{}`, as they are existing routes: {}",
                registration.viewset.meta().class_name,
                names.join(", ")
            ));
        }
    }

    /// A throttle that takes its rate from the router has to find it there (row I10).
    pub(super) fn check_throttles(&mut self, view: &View) {
        let (options, class_name) = (&view.options, view.viewset.meta().class_name);
        for throttle in options.throttle_classes.unwrap_or_default() {
            let scope = throttle.scope(options.throttle_scope);
            if let Some(scope) = scope.filter(|scope| !self.throttle_rates.contains(scope)) {
                self.problems.push(format!(
                    "`{class_name}` has a throttle of the scope `{scope}`, but the router has no rate for \
                     it; add `.throttle_rate(\"{scope}\", \"100/day\")`"
                ));
            }
        }
    }

    /// A paginator has to fit the model, and its secret to be known.
    pub(super) fn check_pagination(&mut self, view: &View) {
        let class_name = view.viewset.meta().class_name;
        let Some(pagination) = view.options.pagination_class.flatten() else { return };
        if pagination.needs_secret_key() && !self.has_secret_key {
            self.problems.push(format!(
                "the pages of `{class_name}` have signed tokens, but the router has no secret for them; add \
                 `.secret_key(…)`"
            ));
        }
        if pagination.needs_own_columns() && view.viewset.sorts_by_relations(&view.options) {
            self.problems.push(format!(
                "the pages of `{class_name}` begin at a row and cannot be sorted by fields of other models, as its \
                 `ordering_fields` or `ordering` allow"
            ));
        }
        for model in view.viewset.requirements().models {
            if let Err(problem) = pagination.check(model.fields) {
                let model = model.name;
                self.problems.push(format!(
                    "the `pagination_class` of `{class_name}`: {problem} of `{model}`"
                ));
            }
        }
    }

    /// The serializer of an action has to be about the model of its viewset.
    pub(super) fn check_serializer(&mut self, view: &View) {
        let class_name = view.viewset.meta().class_name;
        if view.options.serializer_class.is_some_and(|class| !view.viewset.fits(class)) {
            self.problems.push(format!(
                "a `serializer_class` of `{class_name}` is about another model than the viewset's"
            ));
        }
    }
}
