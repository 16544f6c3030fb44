//! Accounts, which their owners alone see.

use viewset_actix::extractors::FromRequest as _;
use viewset_actix::prelude::*;
use viewset_actix::serializers::{Decimal, Uuid, current_user};

use super::backend::Conn;
use super::tables::accounts;
use super::users::User;

/// Money at its owner's disposal.
#[derive(Queryable, Selectable, Identifiable, ModelViewSet)]
#[diesel(table_name = accounts)]
#[viewset(
    connection = Conn,
    ordering = [id],
    unique_together = [(owner, name)],
    filterset_fields = [currency, balance(gte, lte), opened_on(exact, gt), external_id]
)]
pub(super) struct Account {
    id: i32,
    #[diesel(column_name = owner_id)]
    #[field(read_only, related = User, default_with = current_user)]
    owner: i32,
    #[field(max_length = 100)]
    name: String,
    #[field(default = Decimal::ZERO, min_value = 0)]
    balance: Decimal<12, 2>,
    #[field(choices = [("EUR", "Euro"), ("USD", "US Dollar"), ("GBP", "Pound Sterling")])]
    currency: String,
    opened_on: NaiveDate,
    #[field(allow_blank)]
    notes: Option<String>,
    #[field(unique, default_with = random_uuid)]
    external_id: Uuid,
}

fn random_uuid(_: &Context<'_>) -> Result<Uuid> {
    Uuid::random()
}

#[derive(Serializer)]
struct Amount {
    #[field(min_value = 0.01)]
    amount: Decimal<8, 2>,
}

pub(super) struct AccountViewSet;

/// The accounts of the user who sent the request.
#[viewset(
    model = Account,
    permission_classes = [IsAuthenticated],
    pagination_class = LimitOffsetPagination::of(3).max_limit(20),
    filter_backends = [DjangoFilterBackend, OrderingFilter]
)]
impl AccountViewSet {
    fn get_queryset(&self, req: &Request) -> Result<Query<Account>> {
        let owner = req.require_user::<User>()?.id;
        Ok(Account::objects().filter(accounts::owner_id.eq(owner)))
    }

    async fn perform_update(
        &self,
        req: &Request,
        instance: Account,
        data: Input<Account>,
    ) -> Result<Account> {
        let changes = data.currency.as_ref().is_some_and(|currency| *currency != instance.currency);
        if changes && instance.balance > Decimal::<12, 2>::ZERO {
            let text = "Only an empty account may change its currency.";
            return Err(Error::validation(ErrorDetail::field("currency", text, "invalid")));
        }
        instance.save(req, data).await
    }

    async fn perform_destroy(&self, req: &Request, instance: Account) -> Result<()> {
        if instance.balance > Decimal::<12, 2>::ZERO {
            return Err(Error::api(StatusCode::CONFLICT, "The account is not empty.", "conflict"));
        }
        instance.destroy(req).await
    }

    /// Add an amount to the balance.
    #[action(detail = true, methods = ["post"], serializer_class = Amount)]
    async fn deposit(&self, req: &Request) -> Result<Response> {
        // The body is read before the transaction begins, and judged after the account is found.
        req.body().await?;
        let account = self.atomic(req, async {
            let account = self.get_object(req).await?;
            let Validated(Amount { amount }) = Validated::from_request(req).await?;
            let balance = Some(account.balance + amount);
            let data = Input::<Account> { balance, ..Default::default() };
            account.save(req, data).await
        });
        let data = req.get_serializer::<Account>().data(&account.await?).await?;
        Response::raw(req, StatusCode::ACCEPTED, data)
    }
}
