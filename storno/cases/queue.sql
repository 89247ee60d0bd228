CREATE OR REPLACE FUNCTION refund_cases_in_queue()
RETURNS TABLE (case_id uuid, organization_id uuid, asked_at timestamptz, confirmed_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT refund_case.id, refund_case.organization_id, refund_case.asked_at,
    (SELECT max(said.confirmed_at) FROM cases_confirmation said
     WHERE said.organization_id = refund_case.organization_id AND said.case_id = refund_case.id
       AND said.deeds = standing.deeds)
  FROM cases_refundcase refund_case
  JOIN documents_standing standing ON standing.organization_id = refund_case.organization_id
    AND standing.id = refund_case.invoice_id
  WHERE refund_case.ended_at IS NULL AND standing.state <> 'credited' AND NOT EXISTS (
    SELECT FROM cases_approval approval
    WHERE approval.organization_id = refund_case.organization_id
      AND approval.case_id = refund_case.id
      AND (EXISTS (SELECT FROM documents_draft held
                   WHERE held.organization_id = approval.organization_id
                     AND held.id = approval.press_id)
        OR EXISTS (SELECT FROM documents_document paper
                   WHERE paper.organization_id = approval.organization_id
                     AND paper.draft_id = approval.press_id)))
  ORDER BY 4 NULLS LAST, 3
$$;
CREATE OR REPLACE FUNCTION organization_of_refund_case(wanted uuid) RETURNS uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT organization_id FROM cases_refundcase WHERE id = wanted
$$
