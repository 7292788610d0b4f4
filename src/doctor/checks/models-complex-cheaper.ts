import { comparePrices } from '../../catalog/prices.ts';
import { defineCheck, type Problem } from '../check.ts';
import { mentionsOf, modelOf } from '../models.ts';
import { atMember } from '../place.ts';

export const modelsComplexCheaper = defineCheck({
  id: 'models/complex-cheaper',
  summary: 'the complex model is not cheaper than the default one',
  needs: ['setup', 'catalog'],
  async run({ setup, catalog }) {
    const [read, list] = await Promise.all([setup(), catalog()]);
    return read.entries.flatMap((entry): Problem[] => {
      const links = mentionsOf(read, entry);
      const [primary, complex] = ['primary', 'complex'].map((role) =>
        links.find((link) => link.role === role),
      );
      if (primary === undefined || complex === undefined) return [];
      const [usual, strong] = [modelOf(list, primary), modelOf(list, complex)];
      if (usual?.outputPerMillion == null || strong?.outputPerMillion == null) return [];
      const cheaper =
        comparePrices(strong.inputPerMillion, usual.inputPerMillion) < 0 &&
        comparePrices(strong.outputPerMillion, usual.outputPerMillion) < 0;
      if (!cheaper) return [];
      return [
        {
          severity: 'warning',
          message: `${entry.name}: complexModel ${complex.id} is cheaper than defaultModel ${primary.id}; are they swapped?`,
          ...atMember(read, complex.path),
          fixHint: 'the stronger, dearer model is usually the complex one',
        },
      ];
    });
  },
});
