CREATE OR REPLACE FUNCTION organizations_with_due_letters(moment timestamptz) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT DISTINCT organization_id FROM mailroom_letter WHERE next_attempt_at <= moment
$$
