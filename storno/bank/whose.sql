CREATE OR REPLACE FUNCTION organizations_with_account(accounts text[]) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT seller.organization_id
  FROM organizations_seller AS seller
  JOIN organizations_organization AS mine ON mine.id = seller.organization_id
  WHERE mine.operator_id IS NULL AND (CASE WHEN seller.account ~ '^NO[0-9]{13}$'
    THEN substr(seller.account, 5) ELSE seller.account END) = ANY (accounts)
$$
